"""The parts of a NIR graph that a recurrent spiking network is made of: subgraphs opened, roles
given.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument, bad_type

SPIKING = ("LIF", "CubaLIF", "IF")
WEIGHTS = ("Linear", "Affine")
LEAKY = ("LI",)
PASSING = ("Input", "Output")


class Flat(NamedTuple):
    """Nodes by name, subgraphs opened, and who follows whom."""

    nodes: dict[str, Any]
    edges: list[tuple[str, str]]

    def before(self, name: str) -> list[str]:
        """Names of the nodes that lead to one."""
        return [a for a, b in self.edges if b == name]

    def after(self, name: str) -> list[str]:
        """Names of the nodes that one leads to."""
        return [b for a, b in self.edges if a == name]


class Roles(NamedTuple):
    """Which node does what; None where there is none."""

    hidden: str
    encoder: str | None
    recurrent: str | None
    readout: str | None
    leak: str | None


def flattened(graph: Any) -> Flat:
    """Open all subgraphs: their inputs and outputs become wires.

    Raises:
        ValueError: nodes without counterpart, all of them named.
        TypeError: no graph.
    """
    if not hasattr(graph, "nodes") or not hasattr(graph, "edges"):
        raise bad_type("graph", graph, "a nir.NIRGraph", "read_nir(path) reads a file")
    nodes: dict[str, Any] = {}
    edges: list[tuple[str, str]] = []
    _open(graph, "", nodes, edges)
    kinds = SPIKING + WEIGHTS + LEAKY + PASSING
    odd = [
        f"{name} ({type(node).__name__})"
        for name, node in nodes.items()
        if type(node).__name__ not in kinds
    ]
    odd += [
        f"{name} (v_reset other than 0)" for name, node in nodes.items() if _resets_elsewhere(node)
    ]
    odd += [f"{name} (v_leak other than 0)" for name, node in nodes.items() if _leaks(node)]
    odd += [f"{name} ({what})" for name, node in nodes.items() for what in _impossible(node)]
    if odd:
        raise bad_argument(
            "graph", Said(f"{len(odd)} nodes: {', '.join(odd)}"), f"nodes of {', '.join(kinds)}"
        )
    return Flat(nodes, edges)


def _open(graph: Any, prefix: str, nodes: dict[str, Any], edges: list[tuple[str, str]]) -> None:
    inner = {name for name, node in graph.nodes.items() if type(node).__name__ == "NIRGraph"}
    for name, node in graph.nodes.items():
        if name in inner:
            _open(node, f"{prefix}{name}.", nodes, edges)
        else:
            nodes[prefix + name] = node
    for a, b in graph.edges:
        start = f"{a}.{_port(graph.nodes[a], 'Output')}" if a in inner else a
        end = f"{b}.{_port(graph.nodes[b], 'Input')}" if b in inner else b
        edges.append((prefix + start, prefix + end))


def _port(graph: Any, kind: str) -> str:
    names = [name for name, node in graph.nodes.items() if type(node).__name__ == kind]
    if len(names) != 1:
        raise bad_argument("graph", Said(f"a subgraph with {len(names)} {kind} nodes"), "one")
    return str(names[0])


def _resets_elsewhere(node: Any) -> bool:
    value = getattr(node, "v_reset", None)
    return value is not None and bool(np.any(np.asarray(value) != 0))


def _leaks(node: Any) -> bool:
    return type(node).__name__ == "LI" and bool(np.any(np.asarray(node.v_leak) != 0))


def _impossible(node: Any) -> list[str]:
    """Parameters of a node that no network has."""
    found = []
    for name in ("tau", "tau_mem", "tau_syn"):
        tau = np.asarray(getattr(node, name, 1.0), np.float64)
        if not bool(np.all(tau > 0)):
            found.append(f"{name} not above 0")
    for name in ("r", "v_leak", "v_threshold", "w_in", "weight", "bias"):
        if not bool(np.isfinite(np.asarray(getattr(node, name, 0.0), np.float64)).all()):
            found.append(f"{name} not finite")
    if type(node).__name__ == "LI" and np.unique(np.asarray(node.tau)).size > 1:
        found.append("several tau, where outputs here share one")
    return found


def roles(flat: Flat) -> Roles:
    """Find the population, its input and recurrent weights, its readout.

    Raises:
        ValueError: another shape of network; the message says which nodes are too many.
    """
    wired = _without_wires(flat)
    kind = {name: type(node).__name__ for name, node in flat.nodes.items()}
    spiking = [name for name in flat.nodes if kind[name] in SPIKING]
    if len(spiking) != 1:
        found = Said(f"{len(spiking)} spiking nodes ({', '.join(spiking)})")
        raise bad_argument("graph", found, "one population", "split the graph into one for each")
    hidden = spiking[0]
    to = set(wired.before(hidden))
    beyond = set(wired.after(hidden))
    loops = sorted(name for name in to & beyond if kind[name] in WEIGHTS)
    encoders = sorted(name for name in to - beyond if kind[name] in WEIGHTS)
    readouts = sorted(name for name in beyond - to if kind[name] in WEIGHTS)
    leaks = sorted(name for name in flat.nodes if kind[name] in LEAKY)
    known = {hidden, *loops, *encoders, *readouts, *leaks}
    odd = [name for name in flat.nodes if name not in known and kind[name] not in PASSING]
    for names, what in (
        (loops, "recurrent"),
        (encoders, "input"),
        (readouts, "readout"),
        (leaks, "leaky readout"),
    ):
        odd += [f"{name} (a second {what})" for name in names[1:]]
    if odd:
        wants = "Input, weights, a population with weights onto itself, weights, LI, Output"
        raise bad_argument("graph", Said(f"{len(odd)} further nodes: {', '.join(odd)}"), wants)
    first = [names[0] if names else None for names in (encoders, loops, readouts, leaks)]
    given = Roles(hidden, *first)
    _refuse_other_wires(wired, given, kind)
    return given


def _refuse_other_wires(wired: Flat, found: Roles, kind: dict[str, str]) -> None:
    """Refuse edges that the one path of the roles and its loop do not have, all of them named."""
    path = [
        name
        for name in (found.encoder, found.hidden, found.readout, found.leak)
        if name is not None
    ]
    wanted = set(pairwise(path))
    if found.recurrent is not None:
        wanted |= {(found.hidden, found.recurrent), (found.recurrent, found.hidden)}
    ends = {(a, b) for a, b in wired.edges if kind[a] == "Input" and b == path[0]}
    if len(ends) > 1:
        ends = set()
    ends |= {(a, b) for a, b in wired.edges if a == path[-1] and kind[b] == "Output"}
    odd = [f"{a} -> {b}" for a, b in wired.edges if (a, b) not in wanted | ends]
    odd += [f"no {a} -> {b}" for a, b in wanted - set(wired.edges)]
    if odd:
        wants = f"Input -> {' -> '.join(path)} -> Output and weights of the population onto itself, nothing beside"
        raise bad_argument("graph", Said(f"{len(odd)} other wires: {', '.join(odd)}"), wants)


def sized(flat: Flat, found: Roles) -> int:
    """Number of neurons, which a node with single numbers, as snnTorch writes it, does not tell.

    Raises:
        ValueError: weights and neurons of sizes that do not fit each other, all of them named.
    """
    node = flat.nodes[found.hidden]
    own = np.broadcast(*(np.atleast_1d(getattr(node, k)) for k in ("r", "v_threshold"))).size
    shapes = {name: np.shape(flat.nodes[name].weight) for name in found[1:4] if name is not None}
    sizes = [own]
    sizes += [shapes[found.encoder][0]] if found.encoder else []
    sizes += [shapes[found.readout][-1]] if found.readout else []
    n = max(sizes[1:], default=own) if own == 1 else own
    wants = {found.encoder: (n, None), found.recurrent: (n, n), found.readout: (None, n)}
    odd = [
        f"{name} {list(shape)}"
        for name, shape in shapes.items()
        if len(shape) != 2
        or any(w not in (None, s) for w, s in zip(wants[name], shape, strict=True))
    ]
    if found.leak is not None:
        outputs = shapes[found.readout][0] if found.readout else n
        odd += [
            f"{found.leak} of {size}" for size in {np.size(flat.nodes[found.leak].r)} - {1, outputs}
        ]
    if odd:
        raise bad_argument(
            "graph", Said(", ".join(odd)), f"shapes that fit the {n} neurons of {found.hidden}"
        )
    return int(n)


def _without_wires(flat: Flat) -> Flat:
    """Join what inputs and outputs of subgraphs connect, so that only nodes that do something are
    left.
    """
    edges = list(flat.edges)
    for name, node in flat.nodes.items():
        if type(node).__name__ in PASSING:
            through = [(a, d) for a, b in edges if b == name for c, d in edges if c == name]
            inside = [edge for edge in edges if name not in edge]
            outer = [edge for edge in edges if name in edge and not through]
            edges = inside + through + outer
    return Flat(flat.nodes, edges)
