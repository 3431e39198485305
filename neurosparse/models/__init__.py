"""Assembled networks and their dense twins."""

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.models"
