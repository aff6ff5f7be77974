"""What every feature stands on, without a word of the domain: database, live news, mail, pages.

There is no front door: the modules are the names to use.
"""
