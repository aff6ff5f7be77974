"""What a desk publishes: the versions of its policy file, their store and their API."""
