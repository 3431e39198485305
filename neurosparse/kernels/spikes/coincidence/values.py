"""What goes into the operation and comes out of it."""

PLANES = 8
ROWS_AT_ONCE = 8


MOST = 248  # spikes that fit into counters of eight bits, in whole groups of eight rows
