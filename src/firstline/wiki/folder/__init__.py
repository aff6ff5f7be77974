"""The wiki as a folder of Markdown, out and in again without loss.

`LANGUAGE/SLUG.md` is an article in a language (`wiki/files` says how), `images/SLUG/ID-NAME` a
picture of it. Votes, drafts, plans and earlier editions stay in the desk.
"""
