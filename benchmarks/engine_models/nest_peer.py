"""NEST from pip, with its own connection rules; every run builds anew and times `Simulate` alone.

NEST may live in another environment than ours: name its interpreter in `$NEUROSPARSE_NEST_PYTHON`.
"""

import time
from collections.abc import Callable
from typing import Any

import nest
import numpy as np

from engine_models.constants import DT, PD_V0_MEAN, PD_V0_SPREAD, Cuba, Microcircuit
from engine_models.spike_statistics import Spikes
from engine_models.wiring import (
    cached,
    microcircuit_direct_current,
    microcircuit_psc,
    microcircuit_sizes,
    microcircuit_synapses,
)
from engine_models.worker import Outcome, Request, Run, main


def microcircuit(request: Request) -> Any:
    """Potjans-Diesmann microcircuit as NEST's own example has it, at `size` percent."""
    c = Microcircuit()
    scale = request.size / 100
    neuron = {
        "C_m": c.capacitance,
        "tau_m": c.tau_m,
        "E_L": c.v_rest,
        "V_th": c.v_threshold,
        "V_reset": c.v_rest,
        "t_ref": c.refractory,
        "tau_syn_ex": c.tau_syn,
        "tau_syn_in": c.tau_syn,
    }
    current = microcircuit_direct_current(request.size)
    populations = []
    for k, size in enumerate(microcircuit_sizes(request.size)):
        start = nest.random.normal(PD_V0_MEAN[k], PD_V0_SPREAD[k])
        populations.append(
            nest.Create(
                "iaf_psc_exp", int(size), {**neuron, "I_e": float(current[k]), "V_m": start}
            )
        )
        thinned = round(c.external[k] * scale)
        source = nest.Create(
            "poisson_generator", params={"rate": thinned * c.external_rate}
        )
        nest.Connect(
            source,
            populations[k],
            syn_spec={"weight": c.psc / scale**0.5, "delay": c.delay_e},
        )
    psc = microcircuit_psc() / scale**0.5
    totals = np.rint(microcircuit_synapses() * scale * scale).astype(int)
    for (target, origin), total in np.ndenumerate(totals):
        if not total:
            continue
        mean = psc[target, origin]
        inhibitory = origin % 2 == 1
        low, high = (float("-inf"), 0.0) if inhibitory else (0.0, float("inf"))
        delay = c.delay_i if inhibitory else c.delay_e
        nest.Connect(
            populations[origin],
            populations[target],
            {"rule": "fixed_total_number", "N": int(total)},
            {
                "weight": nest.math.redraw(
                    nest.random.normal(mean, c.weight_spread * abs(mean)), low, high
                ),
                "delay": nest.math.redraw(
                    nest.random.normal(delay, c.delay_spread * delay), DT / 2, float("inf")
                ),
            },
        )
    return sum(populations[1:], populations[0])


def cuba(request: Request) -> Any:
    """Vogels-Abbott; with C_m = tau_m the currents of NEST are the `ge` and `gi` of the model."""
    c = Cuba()
    neurons = nest.Create(
        "iaf_psc_exp",
        request.size,
        {
            "C_m": c.tau_m,
            "tau_m": c.tau_m,
            "E_L": c.v_rest,
            "V_th": c.v_threshold,
            "V_reset": c.v_reset,
            "t_ref": c.refractory,
            "tau_syn_ex": c.tau_e,
            "tau_syn_in": c.tau_i,
        },
    )
    neurons.V_m = cached("cuba", request.size, request.seed).v0
    n_e = round(c.excitatory * request.size)
    rule = {"rule": "pairwise_bernoulli", "p": c.in_degree / request.size}
    nest.Connect(neurons[:n_e], neurons, rule, {"weight": c.w_e, "delay": c.delay})
    nest.Connect(neurons[n_e:], neurons, rule, {"weight": c.w_i, "delay": c.delay})
    return neurons


MODELS: dict[str, Callable[[Request], Any]] = {"cuba": cuba, "microcircuit": microcircuit}


def build(request: Request) -> Run:
    """Nothing is kept between runs: NEST cannot rewind a network."""

    def run() -> Outcome:
        nest.set_verbosity("M_ERROR")
        nest.ResetKernel()
        nest.set(
            resolution=DT,
            local_num_threads=request.threads,
            rng_seed=request.seed,
            print_time=False,
        )
        start = time.perf_counter()
        neurons = MODELS[request.model](request)
        recorder = nest.Create("spike_recorder")
        nest.Connect(neurons, recorder)
        nest.Prepare()
        wired = time.perf_counter()
        nest.Run(request.seconds * 1000)
        done = time.perf_counter()
        nest.Cleanup()
        events = recorder.events
        # node numbers have gaps where the generators stand
        index = np.searchsorted(neurons.global_id, events["senders"])
        spikes = Spikes(
            np.rint(events["times"] / DT).astype(np.int64), index.astype(np.int32)
        )
        return Outcome(
            spikes,
            done - wired,
            _peak_mib(),
            {"build_s": wired - start, "precision": "float64"},
        )

    return run


def _peak_mib() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


if __name__ == "__main__":
    main(build, f"NEST {nest.__version__}")
