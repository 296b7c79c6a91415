"""What the user service reads and writes, one noun a file.

Each function is one statement of `queries.sql`; when and why is decided in `actions`.
"""
