"""Where things stand in a program's rows and in the control words that all threads share."""

ADDRESS = 0
BLOCK = 1
PHASE = 2
# hot cells have a cache line of their own
ARRIVED = 0
GENERATION = 16
STOP_AT = 32
ORIGIN = 40
YIELD = 41
CONTROL_SIZE = 48
