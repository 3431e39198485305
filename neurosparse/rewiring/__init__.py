"""Rules that change the support."""
