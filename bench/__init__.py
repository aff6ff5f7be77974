"""Benchmarks: each figure beside its limit, compared within one run; nothing here fails by time.

`python -m bench` runs them all, `python -m bench live posts` some. Durable commits, one server
process, load generator and database on the same machine.
"""
