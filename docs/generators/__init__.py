"""One file per part of the reference; each gives its pages as text and writes nothing.

A page's key is its path below `docs/reference`.
"""
