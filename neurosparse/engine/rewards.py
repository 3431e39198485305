"""Synapses that wait for a reward which nothing brings."""

import warnings

from neurosparse.engine.plan import Plan

WAITS = 10.0  # time constants after which nothing is left of an eligibility


def ask_about_rewards(plan: Plan, now: int, named: set[str], waits: float = WAITS) -> None:
    """Warn, once for each projection, of marks that faded before any dopamine came.

    Args:
        plan: of the network.
        now: steps so far.
        named: projections that were so before; those of now join them.
        waits: time constants that have passed at least.
    """
    for name, synapses in plan.synapses.items():
        learning = synapses.plastic
        tau = getattr(synapses.projection.plasticity, "tau_e", None)
        if name in named or learning is None or learning.eligibility is None or tau is None:
            continue
        if not learning.modulator.any() and now * plan.dt > waits * tau:
            named.add(name)
            call = f"callbacks=[Every(10.0, Dopamine({name!r}))]"
            words = f"{name}: nothing turns eligibility into weight, so nothing is learned"
            warnings.warn(f"{words}; write {call}", stacklevel=4)
