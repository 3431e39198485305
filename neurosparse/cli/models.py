"""`neurosparse models`: neuron models, rules of wiring and plasticity, stimuli, and parameters."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

import typer

LONGEST = 20  # letters of a default
_ARGUMENTS = re.compile(r"\nArgs:\n(.*?)(?:\n\n|\Z)", re.DOTALL)
_ENTRY = re.compile(
    r"^    (\w[\w, ]*): (.*?)(?=^    \w[\w, ]*: |\Z)", re.DOTALL | re.MULTILINE
)


def models(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="of models and rules, or of sorts: neurons, wiring, ..."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of text")
    ] = False,
) -> None:
    """List models and rules, or show the parameters of some: name, default, unit, meaning."""
    from neurosparse.cli.datasets import print_json

    entries = list(catalogue())
    chosen = choose(entries, names) if names else entries
    if json:
        print_json(chosen)
        return
    lines = parameters(chosen) if names else overview(entries)
    print("\n".join(lines))


def catalogue() -> Iterator[dict[str, Any]]:
    """All that a model file or a script can name, with its parameters.

    A parameter that has to be given has no default.

    >>> lif = next(entry for entry in catalogue() if entry["name"] == "LIF")
    >>> lif["sort"], lif["room"], lif["parameters"][0]
    ('neurons', 'neurosparse.neurons', {'name': 'tau_mem', 'default': '20.0', 'unit': 'ms', \
'meaning': 'membrane time constant'})
    """
    for sort, known in sorts().items():
        for name in known:
            kind = known.find(name)
            yield {
                "sort": sort,
                "name": name,
                "room": next(face for face in known.faces if _has(face, name)),
                "what": _sentence(inspect.getdoc(kind) or "", r"(?<=\.) (?=[A-Z`])"),
                "parameters": list(_parameters(kind)),
            }


def sorts() -> dict[str, Any]:
    """What tables of a model file may name, by sort, and rules that scripts call between steps.

    >>> list(sorts())[:2], "PairSTDP" in sorts()["plasticity"]
    (['neurons', 'wiring'], True)
    """
    from neurosparse.network.tables import kinds

    named = {k.lower(): v for k, v in vars(kinds).items() if isinstance(v, kinds.Kinds)}
    rooms = ("neurosparse.plasticity",)
    return named | {"between_steps": kinds.Kinds(rooms, _acts_between_steps)}


def _has(face: str, name: str) -> bool:
    return hasattr(import_module(face), name)


def _acts_between_steps(kind: Any) -> bool:
    """Whether an object of this class is called to change weights."""
    return inspect.isclass(kind) and "__call__" in vars(kind)


def _parameters(kind: Any) -> Iterator[dict[str, Any]]:
    from neurosparse.cli.words import word

    texts = documented(kind)
    for name, parameter in inspect.signature(kind).parameters.items():
        unit, meaning = word(kind.__name__, name, texts.get(name, ""))
        missing = parameter.default is parameter.empty
        default = None if missing else _shown(parameter.default)
        yield {"name": name, "default": default, "unit": unit, "meaning": meaning}


def _shown(default: Any) -> str:
    """A default as it would be written, but for what is too long; one made anew has no name."""
    text = repr(default)
    if len(text) > LONGEST:
        text = f"{type(default).__name__}(...)"
    return "" if text.startswith("<") else text


def documented(kind: Any) -> dict[str, str]:
    """The parameters that the docstrings of a class and its bases list, and the first thought on
    each.

    >>> from neurosparse.wiring import FixedInDegree
    >>> documented(FixedInDegree)["k"]
    'inputs, one number or `[n_post]`'
    """
    texts: dict[str, str] = {}
    for base in getattr(kind, "__mro__", (kind,)):
        section = _ARGUMENTS.search(inspect.getdoc(base) or "")
        for names, text in _ENTRY.findall(section[1] + "\n") if section else ():
            for name in names.split(", "):
                texts.setdefault(name, _sentence(text).rstrip("."))
    return texts


def _sentence(text: str, end: str = r"(?<=\.) (?=[A-Z`])|; ") -> str:
    """The first sentence of a text, or what stands before a semicolon, on one line."""
    line = " ".join(text.partition("\n\n")[0].split())
    return re.split(end, line)[0]


def choose(entries: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """Those of these names or sorts.

    Raises:
        ValueError: a name that nothing has.
    """
    from neurosparse.errors import unknown_name

    known = {entry["name"] for entry in entries} | {entry["sort"] for entry in entries}
    for name in names:
        if name not in known:
            raise unknown_name("NAME", name, known)
    return [e for e in entries if e["name"] in names or e["sort"] in names]


def overview(entries: list[dict[str, Any]]) -> list[str]:
    """A line for each, by sort."""
    lines = []
    width = max(len(entry["name"]) for entry in entries)
    for sort in dict.fromkeys(entry["sort"] for entry in entries):
        lines.append(sort)
        lines += [
            f"  {entry['name']:{width}}  {entry['what']}"
            for entry in entries
            if entry["sort"] == sort
        ]
    return [*lines, "", "neurosparse models NAME: its parameters; --json: all of them"]


def parameters(entries: list[dict[str, Any]]) -> list[str]:
    """A table of the parameters of each."""
    from neurosparse.console import aligned

    lines = []
    for entry in entries:
        rows = [_row(parameter) for parameter in entry["parameters"]]
        lines += [f"{entry['name']}  ({entry['room']}, {entry['sort']})", entry["what"]]
        head = ("parameter", "default", "unit", "meaning")
        lines += ["  " + line for line in aligned(head, rows)]
        lines.append("")
    return lines[:-1]


def _row(parameter: dict[str, Any]) -> tuple[str, ...]:
    default = parameter["default"]
    written = "(to be given)" if default is None else default
    return parameter["name"], written, parameter["unit"] or "–", parameter["meaning"]
