"""Writing the wiki at the desk: drafts, review, editions planned for later, settings of an
article, pictures, and the pages of all that.

Management and editors publish, operators draft, other staff reads.
"""
