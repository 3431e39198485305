"""Whether a neuron excites or inhibits by its transmitter: a rule stated and replaceable."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from neurosparse.checks import finite
from neurosparse.errors import bad_argument, mapping
from neurosparse.typing import Array, Float32

# spelling in small letters -> sign, as Shiu et al. 2024: GABA and glutamate inhibit, all else
# excites; photoreceptors' histamine opens chloride channels (Hardie 1989, doi:10.1038/339704a0)
_FLY = {
    **dict.fromkeys(("gaba", "gabaergic"), -1.0),
    **dict.fromkeys(("glut", "glutamate", "glutamatergic"), -1.0),
    **dict.fromkeys(("hist", "his", "histamine"), -1.0),
    **dict.fromkeys(("ach", "acetylcholine", "cholinergic"), 1.0),
    **dict.fromkeys(("da", "dopamine", "ser", "serotonin", "oct", "octopamine"), 1.0),
    **dict.fromkeys(("tyr", "tyramine"), 1.0),
}


@dataclass(frozen=True)
class TransmitterSigns:
    """Signs by the transmitter of the presynaptic neuron (Dale's law).

    Args:
        signs: sign by name of transmitter, capitals or not; without it those of the adult fly after
            Shiu et al. 2024 (doi:10.1038/s41586-024-07763-9): GABA, glutamate and histamine -1, all
            others +1.
        unknown: sign of names that are not listed, "" among them; 0 leaves their synapses out.

    >>> TransmitterSigns()(np.array(["ACH", "GABA", ""])).tolist()
    [1.0, -1.0, 1.0]
    >>> TransmitterSigns({"glut": 1.0}, unknown=0.0)(np.array(["GLUT", "DA"])).tolist()
    [1.0, 0.0]
    """

    signs: Mapping[str, float] = field(default_factory=lambda: dict(_FLY))
    unknown: float = 1.0

    def __post_init__(self) -> None:
        mapping("signs", self.signs, "a dictionary of -1, 0 or 1 by transmitter")
        named = {f"signs[{name!r}]": sign for name, sign in self.signs.items()}
        for name, sign in {**named, "unknown": self.unknown}.items():
            if finite(name, sign) not in (-1, 0, 1):
                raise bad_argument(name, sign, "-1, 0 or 1")

    def __call__(self, transmitter: Array) -> Float32:
        """Sign of each neuron, `[n]` -> float32 `[n]`."""
        known = {name.lower(): sign for name, sign in self.signs.items()}
        names, place = np.unique(transmitter, return_inverse=True)
        each = [known.get(str(name).strip().lower(), self.unknown) for name in names]
        return np.asarray(each, np.float32)[place]

    def __str__(self) -> str:
        parts: dict[int, list[str]] = {-1: [], 0: [], 1: []}
        for name, sign in self.signs.items():
            parts[int(sign)].append(name)
        words = [f"{sign:+d}: {' '.join(names)}" for sign, names in parts.items() if names]
        return f"{'; '.join(words)}; others {self.unknown:+g}"
