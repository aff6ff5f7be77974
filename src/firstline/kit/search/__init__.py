"""How words are looked for: what a text is found by, what a query asks for, where it stands."""
