"""Populations driven by stimuli, and what reaches them in each step."""

import numpy as np

from neurosparse.neurons import LeakyIntegrator, LIFExp
from neurosparse.stimuli import PoissonInput
from tests.neurons.harness import alone, trace

MODEL = LIFExp(v_rest=-60.0, r_mem=0.5)


SIGMAS = 5.0


def drives(stimuli, steps, n=1, model=MODEL, **options):
    """What reaches the drive of the model in each step [steps, n], without its base."""
    sim = alone(model, n, stimuli=stimuli, **options)
    group = sim.plan.groups["a"]
    row = group.coefficients[model.Coefficients._fields.index(model.drive[0])]
    base = row[:n].copy()
    found = []
    for _ in range(steps):
        sim.step()
        found.append(row[:n] - base)
    return np.array(found)


# a leak so slow that it keeps every bit: the voltage counts the events
COUNTER = LeakyIntegrator(tau_mem=1e300)


def counted(n, rate, steps, dt=0.1, *, before=(), options=None, **given):
    """Events [steps, n] that reach each neuron in each step."""
    stimuli = [*before, PoissonInput("a", rate=rate, weight=1.0, **given)]
    sim = alone(COUNTER, n, stimuli=stimuli, dt=dt, **(options or {}))
    return np.diff(trace(sim, steps * dt), axis=0).astype(int)
