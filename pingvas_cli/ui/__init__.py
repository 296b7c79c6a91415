"""What people see: data, notes, errors, questions and progress.

Only this room and the commands decide how things look. Rich is imported by the live progress
view alone; everything else is plain text with a little color, so that short commands start fast.
"""
