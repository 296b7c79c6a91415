"""Of the benchmarks: what they stand on."""
