"""What the user service does, one file per verb. No FastAPI in here."""
