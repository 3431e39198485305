"""Rules that shrink the support."""
