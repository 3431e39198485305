"""Potentials after one spike, as solved on paper."""

import numpy as np

DT = 0.1


TIMES = np.arange(601) * DT


def exponential_psp(t, tau_mem, tau_syn):
    """Rise and decay of the membrane after a jump of 1 in a current that decays (closed form of the
    ODE).
    """
    if tau_mem == tau_syn:
        return t / tau_mem * np.exp(-t / tau_mem)
    return tau_syn / (tau_mem - tau_syn) * (np.exp(-t / tau_mem) - np.exp(-t / tau_syn))
