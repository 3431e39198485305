"""The cases of `engine.py`: which networks, against whom, and what is wanted of us."""

from dataclasses import dataclass, field

from engine_models.worker import Request

BRIAN, NEST = "Brian2 C++ standalone", "NEST"
MODULES = {BRIAN: "brian2_peer", NEST: "nest_peer"}


@dataclass(frozen=True)
class Bounds:
    """How far our activity may lie from the peer's: relative, but for `cv`, which is absolute."""

    rate: float = 0.05
    cv: float = 0.04
    fano: float = 0.4
    correlation: float = 0.01


@dataclass(frozen=True)
class Case:
    """One network, simulated by us and by one peer.

    `goals[threads]` is the least ratio of the peer's best time to ours on so many threads; `twice`
    the least gain of our second thread. `same` names options that must give the same spikes as
    `option` does, `also` one
    (a precision) that is measured beside it against the same goals.
    """

    name: str
    model: str
    size: int
    seconds: float
    quick_size: int
    quick_seconds: float
    goals: dict[int, float | None]
    peer: str = BRIAN
    peer_threads: tuple[int, ...] = (1,)
    peer_option: str = ""
    drive: str = "448x38"
    option: str = ""
    same: tuple[str, ...] = ()
    also: str = ""
    twice: float | None = None
    bytes_per_synapse: float | None = None
    share_of_ceiling: float | None = None
    bounds: Bounds = field(default_factory=Bounds)

    def request(self, quick: bool, threads: int, option: str) -> Request:
        """What to ask of a worker."""
        size, seconds = (
            (self.quick_size, self.quick_seconds) if quick else (self.size, self.seconds)
        )
        return Request(self.model, size, seconds, threads, drive=self.drive, option=option)


# fmt: off
CASES = (
    Case("cuba4k", "cuba", 4_000, 10.0, 4_000, 2.0, {1: 3.0}, also="float32"),
    Case("cuba40k", "cuba", 40_000, 5.0, 10_000, 1.0, {1: 3.0, 2: 6.0}, peer_threads=(1, 2),
         twice=1.6, also="float32"),
    Case("cuba100k", "cuba", 100_000, 2.0, 20_000, 0.5, {1: 3.0, 2: 6.0}, peer_threads=(1, 2),
         also="float32"),
    Case("brunel", "brunel", 12_500, 1.0, 2_500, 0.5, {1: 30.0, 2: None}, twice=1.6,
         bytes_per_synapse=2.0, also="float32"),
    Case("brunel-weights", "brunel", 12_500, 1.0, 2_500, 0.5, {1: 12.0}, peer_option="weights",
         option="weights", also="weights,float32", bytes_per_synapse=6.0, share_of_ceiling=0.6),
    Case("fly-448x38", "fly", 138_639, 1.0, 20_000, 0.5, {1: 60.0}, option="event", same=("clock",),
         bounds=Bounds(cv=0.1)),
    Case("fly-21x150", "fly", 138_639, 1.0, 20_000, 0.5, {1: 60.0}, drive="21x150", option="event",
         same=("clock",), bounds=Bounds(rate=0.08, cv=0.2, correlation=0.05)),
    Case("stdp", "stdp", 12_500, 0.25, 2_500, 0.25, {1: 8.0}, bounds=Bounds(cv=0.06, fano=1.0)),
    Case("microcircuit", "microcircuit", 20, 0.5, 5, 0.2, {1: 40.0}, peer=NEST,
         also="float32", bounds=Bounds(rate=0.1, cv=0.08)),
)
# fmt: on
