"""GraphML and GEXF: XML files that Gephi, yEd, Cytoscape, igraph and networkx open.

Edges stand in the caller's order with attributes weight (float) and delay (steps). Nodes are n0,
n1, …; in a graph between two populations postsynaptic neuron j is node n_pre + j, and the graph's
description says so.
Reading takes any node names and numbers them as they come. XML is large (about 100 bytes an edge)
and slow beside the other formats; it is meant for looking, up to a few million edges.

Formats: http://graphml.graphdrawing.org, https://gexf.net.
"""

import pathlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file, old_file, reading
from neurosparse.typing import Path

BLOCK = 100_000
Progress = Callable[[int, int], object]

# head, a node, between nodes and edges, an edge, tail
_GRAPHML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    '<key id="w" for="edge" attr.name="weight" attr.type="float"/>\n'
    '<key id="d" for="edge" attr.name="delay" attr.type="int"/>\n'
    '<graph id="{about}" edgedefault="directed">\n',
    '<node id="n{0}"/>\n',
    "",
    '<edge source="n{1}" target="n{2}"><data key="w">{3}</data><data key="d">{4}</data></edge>\n',
    "</graph>\n</graphml>\n",
)
_GEXF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    "<meta><description>{about}</description></meta>\n"
    '<graph defaultedgetype="directed" mode="static">\n'
    '<attributes class="edge"><attribute id="d" title="delay" type="integer"/></attributes>\n'
    "<nodes>\n",
    '<node id="n{0}" label="{0}"/>\n',
    "</nodes>\n<edges>\n",
    '<edge id="{0}" source="n{1}" target="n{2}" weight="{3}">'
    '<attvalues><attvalue for="d" value="{4}"/></attvalues></edge>\n',
    "</edges>\n</graph>\n</gexf>\n",
)


def write_graphml(
    path: Path, connectivity: Connectivity, *, progress: Progress | None = None
) -> None:
    """Write a connectivity to a .graphml or .gexf file; `progress(done, total)` counts edges.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/graph.graphml"
    >>> pair = Connectivity.from_edges([1, 0], [2, 1], n_pre=2, n_post=3, weight=[0.1, 2])
    >>> write_graphml(path, pair)
    >>> read_graphml(path).weights_array("caller").tolist() == [np.float32(0.1), 2.0]
    True
    """
    head, node, middle, edge, tail = _GRAPHML if _kind(path) == ".graphml" else _GEXF
    behind = 0 if connectivity.n_pre == connectivity.n_post else connectivity.n_pre
    about = f"{connectivity.n_pre} to {connectivity.n_post}" if behind else "neurosparse"
    with new_file(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(head.format(about=about))
        for low, high in _blocks(behind + connectivity.n_post):
            file.write("".join(node.format(k) for k in range(low, high)))
        file.write(middle)
        for done, rows in _edges(connectivity, behind):
            file.write("".join(edge.format(*row) for row in rows))
            if progress:
                progress(done, connectivity.nnz)
        file.write(tail)


def read_graphml(path: Path, *, progress: Progress | None = None) -> Connectivity:
    """Read a .graphml or .gexf file; an undirected edge becomes two synapses, repeated edges stay.

    Edges without a weight or delay have the default that the file declares, else 1 and 0.
    `progress(done, total)` counts bytes.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: not such a file, an edge to a node it does not define, a value that is not a
            number, or a document type declaration, which could make the parser expand or fetch what
            it names.
    """
    from xml.etree.ElementTree import XMLParser

    _kind(path)
    path = old_file(path, "a GraphML or GEXF file")
    reader = _Reader()
    parser = XMLParser(target=reader)
    with reading(path, "well-formed XML"):
        with open(path, "rb") as file:
            while part := file.read(1 << 20):
                parser.feed(part)
                if progress:
                    progress(file.tell(), path.stat().st_size)
        parser.close()
        return reader.connectivity()


class _Reader:
    """Gathers nodes and edges while the parser goes through the file; nothing else is kept."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.ends: list[tuple[str, str]] = []
        self.values: dict[str, list[float]] = {"weight": [], "delay": []}
        self.both: list[bool] = []
        self.titles: dict[str, str] = {}
        self.usual = {"weight": 1.0, "delay": 0.0}
        self.of_edge: dict[str, float] = {}
        self.defined = ""
        self.of_edges = True
        self.directed = True
        self.about = ""
        self.key = ""
        self.text = ""
        self.reading = False
        self.root = ""

    def doctype(self, name: str, public: str, system: str) -> None:
        fault = Said(f"a document type declaration ({name})")
        raise bad_argument("path", fault, "XML without one", "delete it")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.text = ""
        match tag.rpartition("}")[2]:
            case "graphml" | "gexf" as root:
                self.root = root
            case "graph":
                kind = attributes.get(
                    "edgedefault", attributes.get("defaultedgetype", "directed")
                )
                self.directed = kind != "undirected"
                self.about = attributes.get("id", self.about)
            case "key":
                of_edges = attributes.get("for", "all") in ("edge", "all")
                self._define(attributes, "attr.name", of_edges)
            case "attributes":
                self.of_edges = attributes.get("class", "edge") == "edge"
            case "attribute":
                self._define(attributes, "title", self.of_edges)
            case "hyperedge":
                fault = Said("an edge of several ends")
                raise bad_argument("hyperedge", fault, "edges from one node to one other")
            case "node":
                self.names.setdefault(attributes.get("id", ""), len(self.names))
            case "edge":
                self._open(attributes)
            case "data":
                self.key = attributes.get("key", "")
            case "attvalue":
                key = attributes.get("for", attributes.get("attribute", ""))
                self._note(key, attributes.get("value", ""))

    def data(self, text: str) -> None:
        self.text += text

    def end(self, tag: str) -> None:
        match tag.rpartition("}")[2]:
            case "data":
                self._note(self.key, self.text)
            case "default" if self.defined in self.usual:
                self.usual[self.defined] = _number(self.defined, self.text)
            case "description":
                self.about = self.text
            case "edge":
                self.reading = False
                for name, values in self.values.items():
                    values.append(self.of_edge.get(name, self.usual[name]))

    def close(self) -> None:
        if not self.root:
            raise bad_argument(
                "path", Said("XML of another kind"), "a graphml or gexf document"
            )

    def connectivity(self) -> Connectivity:
        """Number the nodes and build."""
        for pair in self.ends:
            for name in pair:
                if name not in self.names:
                    raise bad_argument("edge", name, "a node that the file defines")
        pre, post = (
            np.array([self.names[pair[k]] for pair in self.ends], np.int64) for k in (0, 1)
        )
        values = {name: np.array(column) for name, column in self.values.items()}
        if any(self.both):
            # a loop has one way
            again = np.flatnonzero(np.array(self.both) & (pre != post))
            sources = np.concatenate([pre, post[again]])
            post = np.concatenate([post, pre[again]])
            pre = sources
            values = {name: np.concatenate([v, v[again]]) for name, v in values.items()}
        n_pre, n_post = self._sizes()
        return Connectivity.from_edges(
            pre,
            post if n_post is None else post - n_pre,
            n_pre=n_pre,
            n_post=n_pre if n_post is None else n_post,
            weight=values["weight"].astype(np.float32),
            delay_steps=values["delay"],
            duplicates="keep",
        )

    def _sizes(self) -> tuple[int, int | None]:
        """Sizes of two populations where the file describes them, else of one, and None."""
        n = len(self.names)
        sizes = self.about.split(" to ")
        if len(sizes) == 2 and all(size.isdecimal() for size in sizes):
            n_pre, n_post = map(int, sizes)
            if n_pre + n_post == n:
                return n_pre, n_post
        return n, None

    def _define(self, attributes: dict[str, str], title: str, of_edges: bool) -> None:
        """Note what a key is called; its default follows."""
        key = attributes.get("id", "")
        self.defined = attributes.get(title, key) if of_edges else ""
        if of_edges:
            self.titles[key] = self.defined

    def _open(self, attributes: dict[str, str]) -> None:
        self.reading = True
        self.of_edge = {}
        self.ends.append((attributes.get("source", ""), attributes.get("target", "")))
        kind = attributes.get("directed", attributes.get("type"))
        self.both.append(kind in ("false", "undirected") if kind else not self.directed)
        if "weight" in attributes:
            self.of_edge["weight"] = _number("weight", attributes["weight"])

    def _note(self, key: str, text: str) -> None:
        name = self.titles.get(key, key)
        if self.reading and name in self.values:
            self.of_edge[name] = _number(name, text)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise bad_argument(name, text, "a number") from None


def _edges(connectivity: Connectivity, behind: int) -> Iterator[tuple[int, Any]]:
    pre, post = connectivity.edges("caller")
    weight = connectivity.weights_array("caller")
    delay = connectivity.delay_steps_array("caller")
    for low, high in _blocks(connectivity.nnz):
        part = slice(low, high)
        # str of float32 has just the digits that give it back
        target = post[part].astype(np.int64) + behind
        columns = (pre[part], target, weight[part].astype(str), delay[part])
        yield (
            high,
            zip(range(low, high), *(column.tolist() for column in columns), strict=True),
        )


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    return pairwise([*range(0, count, BLOCK), count]) if count else iter(())


def _kind(path: Path) -> str:
    kind = pathlib.Path(path).suffix.lower()
    if kind not in (".graphml", ".gexf"):
        raise bad_argument("path", str(path), "a name ending in .graphml or .gexf")
    return kind
