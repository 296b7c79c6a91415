"""Tests of pricing: sums by hand, and properties of every plan."""
