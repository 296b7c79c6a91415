"""What the payment service needs of the outside world."""
