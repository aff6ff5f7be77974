"""What a message tells, by small recognisers, each of one kind of fact."""
