"""`neurosparse warmup`: compile once what runs will use, so that the first run starts at once."""

import time
from typing import Any


def warmup() -> None:
    """Compile the time loop and every neuron model into the cache, and say how long each took."""
    from neurosparse.network.tables.kinds import NEURONS, make
    from neurosparse.network.tables.strict import Kind

    begun = time.perf_counter()
    for kind in NEURONS:
        start = time.perf_counter()
        try:
            model = make(Kind(kind, {}), NEURONS, kind)
        except ValueError:
            continue  # a model with parameters that have no default is compiled when it is used
        _run_briefly(model)
        print(f"{kind:20} {time.perf_counter() - start:6.2f} s")
    print(f"{'in all':20} {time.perf_counter() - begun:6.2f} s")


def _run_briefly(model: Any) -> None:
    """One millisecond of two neurons, with all that a network has."""
    from neurosparse.connectivity import Connectivity
    from neurosparse.engine import Simulator
    from neurosparse.network import Network, Population, Projection
    from neurosparse.stimuli import PoissonInput

    pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2)
    parts = [
        Population("pair", 2, model),
        Projection("pair", "pair", pair, weight=1.0, delay=0.5),
        PoissonInput("pair", rate=1000.0, weight=1.0),
    ]
    Simulator(Network(*parts), dt=0.1, seed=1).run(1.0)
