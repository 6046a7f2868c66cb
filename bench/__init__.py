"""Benchmarks, each beside a named limit."""
