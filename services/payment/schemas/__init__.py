"""What the payment service takes and gives over HTTP. Amounts of credits are whole numbers."""
