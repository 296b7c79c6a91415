"""What the payment service does, one file per verb. No FastAPI in here."""
