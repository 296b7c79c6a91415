"""Addresses, downloads and the hub, against servers that mean harm."""
