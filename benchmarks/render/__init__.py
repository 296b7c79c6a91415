"""How long rendering the whole tree takes, beside cookiecutter and copier on the same templates.

`python -m benchmarks.render` makes virtual environments in a temporary folder, installs our wheel
and the peers, compiles the bytecode of all, checks that all three write the same files, and runs
them in turns. Cold is a run without a tree and without a cache of anything.
"""
