"""Fakes at ports: the same file names as the ports; a contract test runs against fake and real."""
