"""Where things stand in a program's rows and in the control words that all threads share."""

ADDRESS, BLOCK, PHASE = 0, 1, 2
# hot cells have a cache line of their own
ARRIVED, GENERATION, STOP_AT, ORIGIN, YIELD, CONTROL_SIZE = 0, 16, 32, 40, 41, 48
