"""What runs beside the routes."""
