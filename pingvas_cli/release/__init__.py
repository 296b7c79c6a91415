"""What is deployed: immutable releases and which one each environment runs.

Nothing here starts or stops a program.
"""
