"""How a message is read: once into tokens, then by small recognisers over these."""
