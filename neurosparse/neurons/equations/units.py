"""Units of equations: a power of ten and powers of volt, ampere, second and metre.

A model's numbers carry no unit, so scales count: MOhm times pA is not mV, and is refused as much
as a time in the place of a voltage.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from neurosparse.errors import bad_argument

_PREFIXES = {"G": 9, "M": 6, "k": 3, "": 0, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12}
# volt, ampere, second, metre
_BASES = {
    "V": (1, 0, 0, 0),
    "A": (0, 1, 0, 0),
    "s": (0, 0, 1, 0),
    "m": (0, 0, 0, 1),
    "S": (-1, 1, 0, 0),
    "Ohm": (1, -1, 0, 0),
    "F": (-1, 1, 1, 0),
    "Hz": (0, 0, -1, 0),
}
# these fit each other, so a number with one of them stands as it is
COHERENT = ("ms", "mV", "pA", "nS", "pF")


@dataclass(frozen=True)
class Unit:
    """10^tens V^a A^b s^c m^d.

    >>> parse_unit("nS", "g") * parse_unit("mV", "v") == parse_unit("pA", "i")
    True
    """

    tens: Fraction
    powers: tuple[Fraction, ...]

    def __mul__(self, other: "Unit") -> "Unit":
        powers = zip(self.powers, other.powers, strict=True)
        return Unit(self.tens + other.tens, tuple(a + b for a, b in powers))

    def __truediv__(self, other: "Unit") -> "Unit":
        return self * other.raised(Fraction(-1))

    def raised(self, power: Fraction) -> "Unit":
        """The unit of a power of a value."""
        return Unit(self.tens * power, tuple(a * power for a in self.powers))

    def __str__(self) -> str:
        for text in _SPELLINGS:
            if _SPELLINGS[text] == self:
                return text
        names = zip("VAsm", self.powers, strict=True)
        parts = [
            f"{name}^{power}" if power != 1 else name for name, power in names if power
        ]
        scale = [f"10^{self.tens}"] if self.tens else []
        return " ".join(scale + parts)


def _named(name: str) -> Unit | None:
    """The unit of a name, as "mV"."""
    for base, powers in _BASES.items():
        prefix = name.removesuffix(base)
        if name.endswith(base) and prefix in _PREFIXES:
            tens = Fraction(_PREFIXES[prefix])
            return Unit(tens, tuple(Fraction(power) for power in powers))
    return None


ONE = Unit(Fraction(0), (Fraction(0),) * 4)


def parse_unit(text: str, where: str) -> Unit:
    """Read a unit: names joined by * or /, each with an optional power, as "uF/cm^2"; "1" is none.

    Raises:
        ValueError: a name that is not known.

    >>> str(parse_unit("pA/pF", "x")), str(parse_unit("1", "x"))
    ('mV/ms', '1')
    """
    total = ONE
    sign = 1
    for part in text.replace("**", "^").replace("*", " * ").replace("/", " / ").split():
        if part in "*/":
            sign = 1 if part == "*" else -1
            continue
        name, _, power = part.partition("^")
        unit = ONE if name == "1" else _named(name)
        if unit is None or (power and not power.lstrip("-").isdigit()):
            expected = "units of ms, mV, pA, nS, MOhm, pF, Hz, cm and the like, or 1"
            raise bad_argument(
                where, part, expected, "write for example mV, 1/ms or uF/cm^2"
            )
        total *= unit.raised(Fraction(sign * int(power or 1)))
    return total


_SPELLINGS: dict[str, Unit] = {
    text: parse_unit(text, "units")
    for text in (
        *("1", "mV", "ms", "pA", "nA", "nS", "uS", "MOhm", "GOhm", "pF", "nF", "1/ms"),
        *("mV/ms", "pA/ms", "nS/ms", "mV^2", "1/mV", "uA/cm^2", "mS/cm^2", "uF/cm^2", "uV"),
        *("V", "s", "A", "Hz"),
    )
}
MILLISECOND = _SPELLINGS["ms"]
PER_ROOT_MS = MILLISECOND.raised(Fraction(-1, 2))  # of white noise


def describe_unit(unit: Any) -> str:
    """Write a unit as an error names it: "no unit" for pure numbers.

    >>> describe_unit(ONE), describe_unit(MILLISECOND)
    ('no unit', 'ms')
    """
    return "no unit" if unit == ONE else str(unit)
