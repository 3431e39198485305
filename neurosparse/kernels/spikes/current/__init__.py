"""Injected currents: each step they are added to the drive of the target's coefficients.

drive[i] = base[i] + gain[i] sum_k amplitude_k[i] f_k(t), with f a window (1 from start to stop), a
ramp (0 to 1 between start and stop, then 1), a sine, or an Ornstein-Uhlenbeck process that each
neuron has for itself.
"""

WINDOW = 0
RAMP = 1
SINE = 2
NOISE = 3
