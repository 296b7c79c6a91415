"""Tests of the target `cluster` on a cluster in memory and the real kubectl."""
