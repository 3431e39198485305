"""Topology, spike statistics, operation counts, comparison and figures."""

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.analysis"
