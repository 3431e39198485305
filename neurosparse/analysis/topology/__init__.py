"""Measures of a connectivity graph, read off its arrays."""
