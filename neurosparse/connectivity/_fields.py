"""Attributes of edges in graphs and tables of other packages: found, missing, of another name."""

from typing import Any

from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.store.names import refuse_other_names

COLUMNS = ("pre", "post", "weight", "delay")  # delay in whole steps


def rectangle(shape: Any, nodes: int) -> tuple[int, int, int]:
    """(n_pre, n_post, number of the first postsynaptic node) of a graph of so many nodes.

    In a rectangular one that `to_networkx` wrote, postsynaptic nodes stand behind presynaptic ones.
    """
    pair = isinstance(shape, tuple | list) and len(shape) == 2
    if (
        pair
        and all(isinstance(n, int) and n >= 0 for n in shape)
        and sum(shape) == nodes > 0
    ):
        return shape[0], shape[1], shape[0]
    return nodes, nodes, 0


def check_columns(table: Any, columns: tuple[str, ...]) -> None:
    """Refuse columns that the table lacks: the first two, and others that were named."""
    missing = [name for name in columns[:2] if name not in table.columns]
    if missing:
        received = Said(
            "a table with columns " + ", ".join(str(name) for name in table.columns)
        )
        remedy = "name yours by columns=(pre, post, …)"
        raise bad_argument("columns", received, f"a column {missing[0]!r}", remedy)
    for name, usual in zip(columns[2:], COLUMNS[2:], strict=True):
        if name != usual and name not in table.columns:
            raise unknown_name("columns", name, map(str, table.columns))


def refuse_others(received: Any, names: Any, remedy: str) -> None:
    """Refuse what looks like a weight or delay where there is none of the usual name."""
    texts = [name for name in received if isinstance(name, str)]
    absent = [name for name in names if name in COLUMNS[2:] and name not in texts]
    refuse_other_names(texts, absent, remedy)


def attribute(rows: list[dict[str, Any]], argument: str, name: str, default: Any) -> Any:
    """One value an edge, or the default alone where no edge has the attribute.

    Raises:
        ValueError: no edge has one of this name, which is not the usual one.
    """
    if not any(name in data for data in rows):
        if rows and name not in COLUMNS:
            raise unknown_name(argument, name, map(str, set().union(*rows)))
        return default
    return [data.get(name, default) for data in rows]
