"""Fold a long line of Python, as the house format would: inside brackets alone."""

import re
from collections.abc import Iterator

WIDTH = 92
_HEAD = re.compile(r"( *)(return |from [\w.]+ import |\w+ = |\w+=|)(.*?)(,?)", re.DOTALL)
_BREAKS = re.compile(r"(?<=,) | (?=\+ |- |if |else |and |or )")


def fold(line: str) -> list[str]:
    """Fold a return, an assignment, an import or an argument that is longer than WIDTH.

    >>> fold("x = 1 + 2"), len(fold("x = " + " + ".join(["number"] * 20)))
    (['x = 1 + 2'], 5)
    """
    if len(line) <= WIDTH or '"' in line or "'" in line:
        return [line]
    match = _HEAD.fullmatch(line)
    assert match is not None
    indent, head, content, comma = match.groups()
    start = content.find("(")
    if start < 0 or closing(content, start) < len(content) - 1:
        head, content = f"{head}(", f"{content})"
    else:
        head, content = f"{head}{content[: start + 1]}", content[start + 1 :]
    inner = _filled(content[:-1], f"{indent}    ")
    return [f"{indent}{head}", *inner, f"{indent}){comma}"]


def closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if not depth:
            return place
    raise AssertionError(text)


def _filled(content: str, indent: str) -> list[str]:
    """Put as many parts in a line as there is room for; a part that is too long is folded."""
    lines: list[str] = []
    current = ""
    for part in _parts(content):
        longer = f"{current} {part}".strip()
        if current and len(indent) + len(longer) > WIDTH:
            lines += _wrapped(current, indent)
            longer = part
        current = longer
    return lines + _wrapped(current, indent)


def _parts(content: str) -> Iterator[str]:
    """The text between places where a line may end: outside of all brackets in it."""
    begin = 0
    for match in _BREAKS.finditer(content):
        before = content[begin : match.start()]
        if sum(map(before.count, "([{")) == sum(map(before.count, ")]}")):
            yield before
            begin = match.end()
    yield content[begin:]


def _wrapped(part: str, indent: str) -> list[str]:
    """Fold a part at the widest of its brackets."""
    groups: list[tuple[int, int]] = []
    place = 0
    while place < len(part):
        if part[place] in "([":
            groups.append((place, closing(part, place)))
            place = groups[-1][1]
        place += 1
    if len(indent) + len(part) <= WIDTH or not groups:
        return [indent + part]
    first, last = max(groups, key=lambda group: group[1] - group[0])
    inner = _filled(part[first + 1 : last], f"{indent}    ")
    after, *more = _wrapped(part[last + 1 :], indent)
    end = f"{indent}{part[last]}{after[len(indent) :]}"
    return [indent + part[: first + 1], *inner, end, *more]
