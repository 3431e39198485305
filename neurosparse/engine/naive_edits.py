"""What the naive engine is told to change on the way, each before step `step`."""

from typing import Any, NamedTuple


class Rewired(NamedTuple):
    """What `Simulator.rewire` is given, delays in steps."""

    step: int
    projection: str
    drop: Any = ()
    pre: Any = ()
    post: Any = ()
    weight: Any = None
    delay_steps: Any = None


class Reweighed(NamedTuple):
    """What `Simulator.set_weights` is given."""

    step: int
    projection: str
    weight: Any


class Silenced(NamedTuple):
    """What `Simulator.silence` is given, or, if `released`, `Simulator.release`."""

    step: int
    population: str
    neurons: Any
    released: bool = False


class Retuned(NamedTuple):
    """What `Simulator.set_parameters` is given; a stimulus by its place in the network."""

    step: int
    part: str | int
    values: dict[str, Any]


class Moved(NamedTuple):
    """What `Simulator.set_state` is given."""

    step: int
    population: str
    variable: str
    value: Any
    neurons: Any


Change = Rewired | Reweighed | Silenced | Retuned | Moved
