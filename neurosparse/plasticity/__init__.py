"""Rules that change weights."""
