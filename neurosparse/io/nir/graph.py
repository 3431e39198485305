"""The parts of a NIR graph that make a recurrent spiking network: subgraphs opened, roles named."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument, bad_type

SPIKING = ("LIF", "CubaLIF", "IF")
WEIGHTS = ("Linear", "Affine")
LEAKY = ("LI",)
PASSING = ("Input", "Output")


class FlatGraph(NamedTuple):
    """Nodes by name, subgraphs opened, and who follows whom."""

    nodes: dict[str, Any]
    edges: list[tuple[str, str]]

    def before(self, name: str) -> list[str]:
        """Names of the nodes that lead to one."""
        return [a for a, b in self.edges if b == name]

    def after(self, name: str) -> list[str]:
        """Names of the nodes that one leads to."""
        return [b for a, b in self.edges if a == name]


class NodeRoles(NamedTuple):
    """Which node does what; None where there is none."""

    hidden: str
    encoder: str | None
    recurrent: str | None
    readout: str | None
    leak: str | None


def flattened(graph: Any) -> FlatGraph:
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
        f"{name} (v_reset other than 0)"
        for name, node in nodes.items()
        if _resets_elsewhere(node)
    ]
    odd += [
        f"{name} (v_leak {where})"
        for name, node in nodes.items()
        if (where := _leaks(node))
    ]
    odd += [
        f"{name} ({what})" for name, node in nodes.items() for what in _impossible(node)
    ]
    if odd:
        raise bad_argument(
            "graph",
            Said(f"{len(odd)} nodes: {', '.join(odd)}"),
            f"nodes of {', '.join(kinds)}",
        )
    return FlatGraph(nodes, edges)


def _open(
    graph: Any, prefix: str, nodes: dict[str, Any], edges: list[tuple[str, str]]
) -> None:
    inner = {
        name for name, node in graph.nodes.items() if type(node).__name__ == "NIRGraph"
    }
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
        raise bad_argument(
            "graph", Said(f"a subgraph with {len(names)} {kind} nodes"), "one"
        )
    return str(names[0])


def _resets_elsewhere(node: Any) -> bool:
    value = getattr(node, "v_reset", None)
    return value is not None and bool(np.any(np.asarray(value) != 0))


def _leaks(node: Any) -> str:
    """Why the level that a node leaks to has no counterpart; empty where it has.

    Here an input reaches the membrane through the synaptic filter, and a constant one would rise
    with it, where the leak of a CubaLIF acts at once.
    """
    kind = type(node).__name__
    if kind not in ("LI", "CubaLIF") or not np.any(np.asarray(node.v_leak) != 0):
        return ""
    return "other than 0" if kind == "LI" else "other than 0 behind a synaptic filter"


def _impossible(node: Any) -> list[str]:
    """Parameters of a node that no network has."""
    problems = []
    for name in ("tau", "tau_mem", "tau_syn"):
        tau = np.asarray(getattr(node, name, 1.0), np.float64)
        if not bool(np.all(tau > 0)):
            problems.append(f"{name} not above 0")
    for name in ("r", "v_leak", "v_threshold", "w_in", "weight", "bias"):
        if not bool(np.isfinite(np.asarray(getattr(node, name, 0.0), np.float64)).all()):
            problems.append(f"{name} not finite")
    if type(node).__name__ == "LI" and np.unique(np.asarray(node.tau)).size > 1:
        problems.append("several tau, where outputs here share one")
    return problems


def roles_in(flat: FlatGraph) -> NodeRoles:
    """Find the population, its input and recurrent weights, its readout.

    Raises:
        ValueError: another shape of network; the message says which nodes are too many.
    """
    wired = _without_wires(flat)
    kind = {name: type(node).__name__ for name, node in flat.nodes.items()}
    spiking = [name for name in flat.nodes if kind[name] in SPIKING]
    if len(spiking) != 1:
        fault = Said(f"{len(spiking)} spiking nodes ({', '.join(spiking)})")
        raise bad_argument(
            "graph", fault, "one population", "split the graph into one for each"
        )
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
        raise bad_argument(
            "graph", Said(f"{len(odd)} further nodes: {', '.join(odd)}"), wants
        )
    first = [names[0] if names else None for names in (encoders, loops, readouts, leaks)]
    roles = NodeRoles(hidden, *first)
    _refuse_other_wires(wired, roles, kind)
    return roles


def _refuse_other_wires(wired: FlatGraph, roles: NodeRoles, kind: dict[str, str]) -> None:
    """Refuse edges that the one path of the roles and its loop do not have, all of them named."""
    in_order = (roles.encoder, roles.hidden, roles.readout, roles.leak)
    path = [name for name in in_order if name is not None]
    expected = set(pairwise(path))
    if roles.recurrent is not None:
        expected |= {(roles.hidden, roles.recurrent), (roles.recurrent, roles.hidden)}
    ends = {(a, b) for a, b in wired.edges if kind[a] == "Input" and b == path[0]}
    if len(ends) > 1:
        ends = set()
    ends |= {(a, b) for a, b in wired.edges if a == path[-1] and kind[b] == "Output"}
    odd = [f"{a} -> {b}" for a, b in wired.edges if (a, b) not in expected | ends]
    odd += [f"no {a} -> {b}" for a, b in expected - set(wired.edges)]
    if odd:
        fault = Said(f"{len(odd)} other wires: {', '.join(odd)}")
        wants = (
            f"Input -> {' -> '.join(path)} -> Output "
            "and weights of the population onto itself, nothing beside"
        )
        raise bad_argument("graph", fault, wants)


def number_of_neurons(flat: FlatGraph, roles: NodeRoles) -> int:
    """Number of neurons, which a node with single numbers, as snnTorch writes it, does not tell.

    Raises:
        ValueError: weights and neurons of sizes that do not fit each other, all of them named.
    """
    neurons = flat.nodes[roles.hidden]
    in_node = np.broadcast(
        np.atleast_1d(neurons.r), np.atleast_1d(neurons.v_threshold)
    ).size
    weights = (roles.encoder, roles.recurrent, roles.readout)
    shapes = {
        name: np.shape(flat.nodes[name].weight) for name in weights if name is not None
    }
    sizes = []
    if roles.encoder:
        sizes.append(shapes[roles.encoder][0])
    if roles.readout:
        sizes.append(shapes[roles.readout][-1])
    n = max(sizes, default=in_node) if in_node == 1 else in_node
    # None: any size
    expected = {roles.encoder: (n, None), roles.recurrent: (n, n), roles.readout: (None, n)}
    odd = [
        f"{name} {list(shape)}"
        for name, shape in shapes.items()
        if not _fits(shape, expected[name])
    ]
    if roles.leak is not None:
        outputs = shapes[roles.readout][0] if roles.readout else n
        others = {np.size(flat.nodes[roles.leak].r)} - {1, outputs}
        odd += [f"{roles.leak} of {size}" for size in others]
    if odd:
        wants = f"shapes that fit the {n} neurons of {roles.hidden}"
        raise bad_argument("graph", Said(", ".join(odd)), wants)
    return int(n)


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    if len(shape) != len(expected):
        return False
    return all(size in (None, length) for size, length in zip(expected, shape, strict=True))


def _without_wires(flat: FlatGraph) -> FlatGraph:
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
    return FlatGraph(flat.nodes, edges)
