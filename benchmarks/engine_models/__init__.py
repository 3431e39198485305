"""The benchmark networks of `engine.py`: constants, wiring, statistics, and one worker per
simulator.
"""
