"""Rows of the generation service, in and out, one noun a file.

The kind of connection tells whose rows are seen. Nothing here decides anything.
"""
