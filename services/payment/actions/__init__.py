"""What the payment service does, one verb a file. Nothing here knows HTTP."""
