"""Choose between clock and event mode by what was measured."""

from typing import Any

from neurosparse.engine.plan import Plan
from neurosparse.engine.sleepers import BUSY, QUIET, fall_asleep, wake_up

# steps over which activity is measured; windows begin at multiples of this whatever the chunks
WINDOW = 1000


class ModeChooser:
    """Counts synaptic events onto every population that may sleep, window by window.

    The counts follow from spikes and mean out-degrees alone, so neither threads nor chunks nor the
    clock on the wall can change a decision.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.events = {
            name: 0.0
            for name, g in plan.groups.items()
            if g.sleepy and g.population.mode == "auto"
        }

    def next_stop(self, now: int) -> int:
        """The end of the current window."""
        return (now // WINDOW + 1) * WINDOW if self.events else 2**62

    def count(self, drained: dict[str, Any]) -> None:
        """Add the events of a chunk."""
        for synapses in self.plan.synapses.values():
            post = synapses.projection.post
            if post in self.events:
                spikes = len(drained[synapses.projection.pre][0])
                self.events[post] += spikes * synapses.nnz_all / synapses.n_pre

    def decide(self, now: int) -> bool:
        """At the end of a window, switch what should be switched; tells whether anything was."""
        if not self.events or now % WINDOW:
            return False
        switched = False
        for name, events in self.events.items():
            group = self.plan.groups[name]
            share = events / WINDOW / group.n
            quiet = group.event is None and group.sleepy and share < QUIET
            if quiet and not self._waits(name):
                group.event = fall_asleep(group, self.plan.dt, now)
                switched = True
            elif group.event is not None and share > BUSY:
                wake_up(group, now)
                switched = True
            self.events[name] = 0.0
        return switched

    def _waits(self, name: str) -> bool:
        """Whether something waits for neurons of a population, on any rank."""
        here = any(not ring.empty for ring in self.plan.rings.onto(name))
        return self.plan.ranks.any(here)
