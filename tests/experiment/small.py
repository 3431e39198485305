"""A small connectome to experiment on."""

import numpy as np

from neurosparse import LIFExp
from neurosparse.connectome import Connectome
from neurosparse.experiment import Experiment, Silence, Stimulate
from neurosparse.wiring import Bernoulli

N = 60
TYPES = np.repeat(["sense", "relay", "inner", "out"], 15)
MODEL = LIFExp(v_rest=-52.0, v_threshold=-45.0, v_reset=-52.0)


def connectome() -> Connectome:
    rng = np.random.default_rng(5)
    wiring = Bernoulli(0.15, allow_self=False).build(N, N, rng=2)
    signs = np.where(rng.random(N) < 0.7, 1.0, -1.0)
    weight = rng.integers(1, 9, wiring.nnz) * np.repeat(signs, wiring.out_degree)
    table = {"type": TYPES, "side": np.tile(["left", "right"], N // 2)}
    places = {axis: rng.random(N) * 1000 for axis in "xyz"}
    return Connectome(wiring.with_weight(weight), {**table, **places}, {"version": "1"})


BRAIN = connectome()


def experiment(interventions=None, **options) -> Experiment:
    kinds = BRAIN.split("type")
    arms = [Silence(kinds["relay"]), Silence(kinds["inner"])]
    settings = {"trials": 4, "duration": 100.0, "weight": 1.5, "readouts": kinds} | options
    drive = [Stimulate(kinds["sense"], rate=60.0, weight=80.0)]
    return Experiment(
        BRAIN, MODEL, drive, arms if interventions is None else interventions, **settings
    )
