"""What is done to neurons: driven, injected with current, silenced, cut off."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from neurosparse.checks import finite, no_nan, not_negative, text
from neurosparse.connectome import NeuronSet
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.quantities import refuse_units
from neurosparse.typing import Bool, Int32


class Window(NamedTuple):
    """From `start` to before `stop`, in ms."""

    start: float = 0.0
    stop: float = math.inf


@dataclass(frozen=True)
class Stimulate:
    """Drive each neuron of a set by Poisson spikes of its own, as light does where it is on.

    Args:
        neurons: the set.
        rate: of the spikes each gets, in Hz.
        weight: of one spike, in the unit of the model; large enough, each makes the neuron fire.
        on: when, in ms: pairs (start, stop); always where there are none.
        receptor: that the spikes act on; None takes the model's first.

    >>> from neurosparse.datasets import larva_brain
    >>> Stimulate(larva_brain().where(type="sensories"), rate=30.0, weight=70.0).name
    'stimulate type sensories at 30 Hz'
    """

    neurons: NeuronSet
    rate: float
    weight: float
    on: Sequence[tuple[float, float]] = ()
    receptor: str | None = None

    def __post_init__(self) -> None:
        check_set("Stimulate.neurons", self.neurons)
        not_negative("Stimulate.rate", self.rate, "Hz")
        finite("Stimulate.weight", self.weight)
        if self.receptor is not None:
            text("Stimulate.receptor", self.receptor, "the name of a receptor, or None")
        refuse_units("Stimulate.on", self.on)
        pairs = isinstance(self.on, list | tuple | np.ndarray)
        if not pairs or not all(np.shape(pair) == (2,) for pair in self.on):
            raise bad_type("Stimulate.on", self.on, "pairs (start, stop) in ms")
        for start, stop in self.on:
            check_window("Stimulate.on", start, stop)

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"stimulate {self.neurons.name} at {self.rate:g} Hz"

    @property
    def windows(self) -> tuple[Window, ...]:
        """When the spikes come."""
        return tuple(Window(*pair) for pair in self.on) or (Window(),)


@dataclass(frozen=True)
class Inject:
    """Inject a constant current into each neuron of a set; the neurons then run by the clock.

    Args:
        neurons: the set.
        amplitude: in the unit of the model's `i_ext`.
        start, stop: when, in ms.
    """

    neurons: NeuronSet
    amplitude: float
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        check_set("Inject.neurons", self.neurons)
        finite("Inject.amplitude", self.amplitude)
        check_window("Inject", self.start, self.stop)

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"inject {self.amplitude:g} into {self.neurons.name}"


@dataclass(frozen=True)
class Silence:
    """Keep the neurons of a set from firing, or from hearing.

    Args:
        neurons: the set.
        of: "spikes": they fire none, as `Simulator.silence` has it; "input": no synapse of the
            connectome reaches them, while what drives them from outside still does.
        start, stop: when, in ms, of spikes only.

    Raises:
        ValueError: a window with "input".

    >>> from neurosparse.datasets import larva_brain
    >>> Silence(larva_brain().where(type="KCs")).name
    'silence type KCs'
    """

    neurons: NeuronSet
    of: Literal["spikes", "input"] = "spikes"
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        check_set("Silence.neurons", self.neurons)
        check_window("Silence", self.start, self.stop)
        if self.of not in ("spikes", "input"):
            raise bad_argument("Silence.of", self.of, "'spikes' or 'input'")
        if self.of == "input" and (self.start > 0 or self.stop < math.inf):
            window = Said(f"'input' from {self.start:g} to {self.stop:g} ms")
            raise bad_argument("Silence.of", window, "'spikes' where there is a window")

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{'silence' if self.of == 'spikes' else 'deafen'} {self.neurons.name}"


@dataclass(frozen=True)
class Lesion:
    """Cut every synapse from the neurons of one set to those of another.

    >>> from neurosparse.datasets import larva_brain
    >>> brain = larva_brain()
    >>> Lesion(brain.where(type="KCs"), brain.where(type="MBONs")).name
    'cut type KCs -> type MBONs'
    """

    pre: NeuronSet
    post: NeuronSet

    def __post_init__(self) -> None:
        check_set("Lesion.pre", self.pre)
        check_set("Lesion.post", self.post)

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"cut {self.pre.name} -> {self.post.name}"


Intervention = Stimulate | Inject | Silence | Lesion


def check_set(name: str, neurons: object) -> None:
    """Refuse what is no set of neurons."""
    if not isinstance(neurons, NeuronSet):
        raise bad_type(name, neurons, "a set of neurons", "see connectome.where")


def check_window(name: str, start: float, stop: float) -> None:
    """Refuse a window that ends before it begins."""
    not_negative(f"{name}: start", start, "ms")
    no_nan(f"{name}: stop", stop)
    if stop <= start:
        raise bad_argument(f"{name}: stop", stop, f"a time after start = {start:g} ms")


def cut_by(part: Intervention) -> tuple[Bool, Bool] | None:
    """The neurons whose synapses onto which others an intervention cuts, masks `[n]`."""
    if isinstance(part, Lesion):
        return part.pre.mask, part.post.mask
    if isinstance(part, Silence) and part.of == "input":
        return np.ones_like(part.neurons.mask), part.neurons.mask
    return None


def sets_of(part: Intervention) -> tuple[NeuronSet, ...]:
    """The sets that an intervention names."""
    return (part.pre, part.post) if isinstance(part, Lesion) else (part.neurons,)


def silenced_by(part: Intervention) -> Int32 | None:
    """The neurons that an intervention keeps from firing."""
    silences = isinstance(part, Silence) and part.of == "spikes"
    return part.neurons.indices if silences else None  # type: ignore[union-attr]
