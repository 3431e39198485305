"""Where a name is that somebody looks for on another face, or wrote nearly right."""

import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Attribute = Callable[[str], Any]


class NotOnFace(AttributeError):
    """A name that a face lacks; where it may be is looked up only when the words are read."""

    def __init__(self, face: str, name: str, known: list[str]) -> None:
        super().__init__(face, name, known, name=name)

    def __str__(self) -> str:
        face, name, known = self.args
        return f"module {face!r} has no attribute {name!r}{suggestion(face, name, known)}"


class NotToImport(ImportError):
    """The same, said to `from FACE import NAME`, which would drop the words of the other."""

    def __init__(self, face: str, name: str, known: list[str]) -> None:
        super().__init__(face, name, known, name=face)

    def __str__(self) -> str:
        face, name, known = self.args
        return f"cannot import name {name!r} from {face!r}{suggestion(face, name, known)}"


def finding(face: str, find: Attribute, names: Iterable[str]) -> Attribute:
    """Wrap the `__getattr__` of a face: what it lacks is looked for on all faces, by name."""
    known = list(names)

    def __getattr__(name: str) -> Any:
        # an error from within what the face has, as a missing package, is not about its names
        if name in known:
            return find(name)
        # imports of modules ask here first, so this must cost little
        imported = sys._getframe(1).f_code.co_name == "_handle_fromlist"
        if imported and not find_spec(f"{face}.{name}"):
            raise NotToImport(face, name, known)
        raise NotOnFace(face, name, known)

    return __getattr__


def suggestion(face: str, name: str, known: list[str]) -> str:
    """Where the name may be, or nothing.

    >>> suggestion("neurosparse", "KWinner", ["network"])
    '; did you mean neurosparse.models.KWinners?'
    """
    from difflib import get_close_matches

    if name.startswith("_"):
        return ""
    elsewhere = public_names()
    here = dict.fromkeys(known, face)
    if name in elsewhere:
        return f"; did you mean {elsewhere[name]}.{name}?"
    for places in (here, elsewhere):
        # the same letters first: Kwinners is KWinners, not winners
        same = [other for other in places if _letters(other) == _letters(name)]
        near = same or get_close_matches(name, places, n=1, cutoff=0.8)
        if near:
            return f"; did you mean {places[near[0]]}.{near[0]}?"
    return ""


def _letters(name: str) -> str:
    """A name without capitals and underscores."""
    return name.lower().replace("_", "")


@cache
def public_names() -> dict[str, str]:
    """The face of every public name, as the stubs list them; nothing is imported."""
    import ast

    names: dict[str, str] = {}
    root = Path(__file__).parent
    for stub in sorted(root.glob("*/__init__.pyi")):
        room = f"{root.name}.{stub.parent.name}"
        for line in ast.parse(stub.read_text(encoding="utf-8")).body:
            if isinstance(line, ast.ImportFrom):
                names |= {alias.asname or alias.name: room for alias in line.names}
    return names
