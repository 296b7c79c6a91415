"""Rows of the model service, in and out; one noun a file. The statements are in `queries.sql`."""
