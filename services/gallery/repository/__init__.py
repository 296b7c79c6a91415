"""Rows of the gallery service, in and out. The kind of connection tells whose rows are seen."""
