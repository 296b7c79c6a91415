"""What is billed of each kind of resource, a file per noun; `coverage.py` lists them all."""
