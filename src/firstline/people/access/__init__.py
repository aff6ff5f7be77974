"""How a person proves who they are: passwords, second factor, sessions, tokens, links."""
