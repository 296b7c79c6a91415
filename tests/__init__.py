"""Tests mirror the source; fakes, builders and servers are plain modules beside them."""
