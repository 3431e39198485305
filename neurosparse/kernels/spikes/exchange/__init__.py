"""Spikes of a window of steps, as ranks send them to each other.

A message, uint32, is a head of `HEAD` words, the number of spikes of each population in each step
of the window, and the neurons, by population, step and number.
"""

HEAD = 8
# words of a head
USED = 0  # words of the message
KIND = 1
ABOUT = 2
FLAGS = 3
