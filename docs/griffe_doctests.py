"""Shows the examples of docstrings as code, constructors that stand nowhere in the source of their
class, and of a room with a face exactly the names of its face.
"""

import ast
import re
from typing import Any

import griffe

# from a line that begins with >>> to the next empty line or the end
EXAMPLE = re.compile(r"^>>> .*?(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)


class Doctests(griffe.Extension):
    """Puts fences around every doctest of every docstring.

    griffe knows them only under a heading of their own.
    """

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        if obj.docstring and ">>> " in obj.docstring.value:
            obj.docstring.value = EXAMPLE.sub(
                lambda match: f"\n```pycon\n{match[0]}\n```", obj.docstring.value
            )

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        for cls in classes(pkg):
            if any(str(base).endswith("NamedTuple") for base in cls.bases):
                cls.members["__init__"] = constructor(cls)
            inherits = any("init=False" in str(mark.value) for mark in cls.decorators)
            if inherits and "__init__" not in cls.members:
                # of a class that makes its objects itself, what makes them
                cls.members["__init__"] = cls.members.get("__new__") or next(
                    c.members["__init__"] for c in cls.mro() if "__init__" in c.members
                )
        for room in pkg.members.values():
            if isinstance(room, griffe.Module) and room.name != "kernels":
                show_face(room)


def show_face(room: griffe.Module) -> None:
    """Leave of a room the names that its stub lists, in the order of the stub."""
    stub = room.filepath.with_suffix(".pyi")
    if not stub.exists():
        return
    names = {
        alias.name: f"{room.path}.{node.module}.{alias.name}"
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    room.exports = list(names)
    for name, target in names.items():
        room.members[name] = griffe.Alias(name, target, parent=room)


def constructor(cls: griffe.Class) -> griffe.Function:
    """The constructor of a NamedTuple, which stands nowhere in the source."""
    kind = griffe.ParameterKind.positional_or_keyword
    fields = [
        m
        for m in cls.members.values()
        if isinstance(m, griffe.Attribute) and "instance-attribute" in m.labels
    ]
    given = [
        griffe.Parameter(f.name, annotation=f.annotation, kind=kind, default=f.value)
        for f in fields
    ]
    first = griffe.Parameter("self", annotation=None, kind=kind, default=None)
    return griffe.Function(
        "__init__", parameters=griffe.Parameters(first, *given), parent=cls
    )


def classes(module: griffe.Module) -> list[griffe.Class]:
    """All classes defined below a module."""
    own = [member for member in module.members.values() if not member.is_alias]
    found = [member for member in own if isinstance(member, griffe.Class)]
    return found + [
        cls
        for member in own
        if isinstance(member, griffe.Module)
        for cls in classes(member)
    ]
