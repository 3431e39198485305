"""Where things stand in a program's rows and in the control words that all threads share."""

ADDRESS = 0
BLOCK = 1
PHASE = 2
STOP_AT = 0
ORIGIN = 16
YIELD = 17
AHEAD = 18  # steps by which a thread may be ahead of what it knows of others
# of each thread, on cache lines of its own: the step after the last whose spikes are written down,
# and the step before which it asks all to stop
REACHED = 32
STOPS = 1
APART = 32
MOST_THREADS = 256
CONTROL_SIZE = REACHED + APART * MOST_THREADS
