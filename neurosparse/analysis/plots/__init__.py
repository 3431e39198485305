"""Figures: every function takes and returns matplotlib Axes, and never shows or saves."""
