"""The classes built so far, by a name that holds a fingerprint of their text.

Nothing stands here by itself. Code that was compiled in another session names the tuples it was
compiled for, and finds them here.
"""
