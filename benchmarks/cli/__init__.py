"""How long the command line takes to start, beside bare Python, bare Typer and the AWS CLI.

`python -m benchmarks.cli` makes virtual environments in a temporary folder, installs our wheel
(not editable) and the peers, compiles the bytecode of all, and runs them in turns.
"""
