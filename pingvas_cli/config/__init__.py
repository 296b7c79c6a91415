"""The nouns a user writes in `pingvas.yaml`: one file per section, frozen, with every default.

The defaults are the platform of the architecture document as its corrections resolve it. This
room knows no cloud, no terminal and no language; it reads a file and an environment, no more.
"""
