"""A program of compiled operations, run step by step by threads that share memory and meet at a
barrier.

An operation is a C function `void(block, step, thread)`: `block` is the address of a row of int64
words that hold the addresses and sizes of its arrays. The time loop knows nothing else, so it is
compiled once, and a network, whatever its models, is a table of (function, block) pairs.
"""
