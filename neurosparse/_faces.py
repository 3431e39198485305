"""Where a name is that somebody looks for on another face, or wrote nearly right."""

import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from opcode import opmap
from pathlib import Path
from types import FrameType
from typing import Any

Attribute = Callable[[str], Any]
IMPORT_FROM = opmap["IMPORT_FROM"]


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


def nothing(name: str) -> Any:
    """Find no name: what a file has is found without asking."""
    raise AttributeError(name)


def finding(face: str, find: Attribute = nothing, names: Iterable[str] = ()) -> Attribute:
    """Wrap the `__getattr__` of a face: what it lacks is looked for on all faces, by name.

    Args:
        face: dotted name of the room.
        find: loads a name that the face has; a room of one file has nothing to load.
        names: what the face has, by `find`.
    """
    known = list(names)

    def __getattr__(name: str) -> Any:
        # an error from within what the face has, as a missing package, is not about its names
        if name in known:
            return _found(find, name)
        if _is_imported(sys._getframe(1), face, name):
            raise NotToImport(face, name, known)
        raise NotOnFace(face, name, known)

    return __getattr__


def _found(find: Attribute, name: str) -> Any:
    """What the face has, or an error that says how to install the package it needs."""
    try:
        return find(name)
    except ModuleNotFoundError as error:
        # all others are imported where they are used, and named there
        if (error.name or "").partition(".")[0] != "torch":
            raise
        remedy = "run: pip install 'neurosparse[torch]'"
        raise ImportError(f"torch is not installed; {remedy}", name="torch") from error


def _is_imported(caller: FrameType, face: str, name: str) -> bool:
    """Whether `from FACE import NAME` asks, and no file has that name.

    Imports of modules ask here first, so this must cost little.
    """
    # a folder is asked by the machinery of imports, a single file by the statement itself
    if caller.f_code.co_name == "_handle_fromlist":
        return not find_spec(f"{face}.{name}")
    return caller.f_code.co_code[caller.f_lasti] == IMPORT_FROM


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
    """The room of every public name, as the stubs list them; nothing is imported."""
    import ast

    root = Path(__file__).parent
    front = ast.parse((root / "__init__.pyi").read_text(encoding="utf-8"))
    files = {
        alias.name: root / f"{alias.name}.py"
        for line in front.body
        if isinstance(line, ast.ImportFrom) and line.module is None
        for alias in line.names
    }
    names: dict[str, str] = {}
    for stub in sorted(root.glob("*/__init__.pyi")):
        for line in ast.parse(stub.read_text(encoding="utf-8")).body:
            if isinstance(line, ast.ImportFrom):
                room = f"{root.name}.{stub.parent.name}"
                names |= {alias.asname or alias.name: room for alias in line.names}
    # rooms of one file list their names themselves
    for room, file in files.items():
        if file.exists():
            for line in ast.parse(file.read_text(encoding="utf-8")).body:
                if (
                    isinstance(line, ast.Assign)
                    and ast.unparse(line.targets[0]) == "__all__"
                ):
                    names |= dict.fromkeys(
                        ast.literal_eval(line.value), f"{root.name}.{room}"
                    )
    return names
