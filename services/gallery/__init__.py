"""The gallery service: a person's pictures, their words and albums, and links that open them.

It reads the record and signs addresses; it never reads or writes a picture's bytes.
"""
