"""Real data sets: source, checksum, licence, citation, loader."""

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.datasets"
