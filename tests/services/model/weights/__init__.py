"""Headers, bases and file lists, against files that mean harm."""
