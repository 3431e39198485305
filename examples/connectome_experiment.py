"""A whole brain as an experiment: measured, driven, silenced type by type, beside rewired brains.

Run: python examples/connectome_experiment.py [--full]

Who inhibits in the larva's brain (Winding et al. 2023, doi:10.1126/science.add9330) is assumed.
"""

import tempfile

import numpy as np
import typer

from neurosparse import LIFExp
from neurosparse.analysis import matched_null, reciprocity, spectral_radius, transitivity
from neurosparse.connectivity import Connectivity
from neurosparse.datasets import larva_brain
from neurosparse.experiment import (
    Experiment,
    Rewired,
    Silence,
    Stimulate,
    experiment_report,
)
from neurosparse.models import RidgeReadout


def recall(wiring: Connectivity) -> float:
    """How many of 30 past inputs 300 neurons of an echo state network hold (sum of r squared)."""
    rng = np.random.default_rng(0)
    strength = spectral_radius(wiring.with_weight(abs(wiring.weights_array())))
    weight = wiring.to_scipy().T.tocsr() * (3.0 / strength)
    onto, inputs = rng.normal(0.0, 0.1, wiring.n_post), rng.uniform(-1.0, 1.0, 1000)
    x = np.zeros((len(inputs) + 1, wiring.n_post))
    for k, u in enumerate(inputs):
        x[k + 1] = np.tanh(weight @ x[k] + onto * u)
    seen = x[31:, rng.choice(wiring.n_post, 300, replace=False)]
    past = np.stack([inputs[30 - k : len(inputs) - k] for k in range(30)], axis=1)
    guess = RidgeReadout.fit(seen[:700], past[:700], 1e-9)(seen[700:])
    return sum(np.corrcoef(guess[:, k], past[700:, k])[0, 1] ** 2 for k in range(30))


def main(full: bool = False) -> None:
    """Measure beside rewired brains, silence every type beside rewired brains, write a page."""
    brain = larva_brain()
    kinds = brain.split("type")
    brain = brain.inhibiting(kinds["LNs"] | kinds["MBINs"])
    nulls = [matched_null(brain.connectivity, rng=k) for k in range(100 if full else 2)]
    for measure in (reciprocity, transitivity, recall):
        chance = [measure(null) for null in nulls]
        print(f"{measure.__name__:12} {measure(brain.connectivity):.3f}", end="   rewired ")
        print(f"{min(chance):.3f} to {max(chance):.3f}")
    outputs = (kinds["dVNCs"] | kinds["dSEZs"] | kinds["RGNs"]).named("outputs")
    design = Experiment(
        brain,
        LIFExp(v_rest=-52.0, v_threshold=-45.0, v_reset=-52.0, t_ref=2.2),
        drive=[Stimulate(kinds.pop("sensories"), rate=20.0, weight=70.0)],
        interventions=[Silence(kind) for kind in kinds.values()],
        controls=[Rewired("degrees", 10 if full else 2)],
        readouts={"outputs": outputs, **kinds},
        weight=0.4,
        trials=12 if full else 2,
        duration=200.0 if full else 40.0,
    )
    folder = "runs/connectome_experiment" if full else tempfile.mkdtemp()
    evidence = design.run(folder, processes=2 if full else 1, progress=True)
    print(evidence)
    print(experiment_report(evidence, title="Every cell type of a larva's brain silenced"))


if __name__ == "__main__":
    typer.run(main)
