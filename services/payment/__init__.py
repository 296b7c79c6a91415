"""The payment service: what people may spend, what they spent, and the plans they may choose."""
