"""How articles are found by words: which words each has, what a search asks for, what fits best."""
