"""`pingvas doctor`: is the world ready for what the configuration asks for?

`checks` is read first: every check of a target in one tuple. A check reads facts through ports and
judges them by a pure function; what can't be read is `unknown`, never guessed. This room changes
nothing; what it could do (`fixes`) is done by the command alone, after it was shown and agreed to.
"""
