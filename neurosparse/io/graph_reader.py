"""What the parser of GraphML and GEXF tells, gathered into a connectivity."""

from typing import NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.store.exact import single_precision
from neurosparse.store.names import plain_name, refuse_other_names

_USUAL = {"weight": 1.0, "delay": 0.0}
# words for the direction of edges -> whether they go both ways
_BOTH_WAYS = {"directed": False, "undirected": True, "mutual": True}
_TIMES = ("start", "end", "startopen", "endopen", "timestamp", "timestamps", "intervals")
_DIRECTED = {"true": False, "false": True, "1": False, "0": True}


class Edge(NamedTuple):
    """An edge that the parser is in.

    Attributes:
        number: in the order of the file.
        values: weight and delay by name, as far as they came.
        keys: of its data so far.
    """

    number: int
    values: dict[str, float]
    keys: set[str]


class GraphReader:
    """Gathers nodes and edges while the parser goes through the file; nothing else is kept."""

    def __init__(self) -> None:
        self.root = ""
        self.about = ""
        self.names: dict[str, int] = {}
        self.ends: list[tuple[str, str]] = []
        self.values: dict[str, list[float]] = {"weight": [], "delay": []}
        self.both: list[bool] = []
        # keys of edges -> weight, delay or another name
        self.titles: dict[str, str] = {}
        self.usual = dict(_USUAL)
        # the graph and those within it, whether their edges go both ways
        self.graphs: list[bool] = []
        self.n_graphs = 0
        # what some edge has: weight, delay
        self.met: set[str] = set()
        # the edge in hand, and those that the graph around it is in
        self.edges: list[Edge] = []
        self.defined = ""
        self.of_edges = True
        self.key = ""
        # text of the element in hand, None where nobody asks for it
        self.text: list[str] | None = None

    def doctype(self, name: str, public: str, system: str) -> None:
        """Refuse entities."""
        fault = Said(f"a document type declaration ({name})")
        raise bad_argument("path", fault, "XML without one", "delete it")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self.root == "gexf":
            _refuse_times(tag.rpartition("}")[2], attributes)
        match tag.rpartition("}")[2]:
            case "graphml" | "gexf" as root:
                self.root = root
            case "graph":
                self._open_graph(attributes)
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
                self._name(attributes)
            case "edge":
                self._open_edge(attributes)
            case "data":
                self.key = attributes.get("key", "")
                self._listen(self._is_asked(self.key))
            case "default":
                self._listen(self.defined in self.usual)
            case "description":
                self._listen(True)
            case "attvalue":
                key = attributes.get("for", attributes.get("attribute", ""))
                if self._is_asked(key):
                    self._note(key, attributes.get("value", ""))

    def data(self, text: str) -> None:
        """Text comes in as many pieces as the parser likes."""
        if self.text is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        text = "" if self.text is None else "".join(self.text)
        match tag.rpartition("}")[2]:
            case "graph":
                self.graphs.pop()
            case "data" if self.text is not None:
                self._note(self.key, text)
            case "default" if self.text is not None:
                self.usual[self.defined] = number(self.defined, text)
            case "description":
                self.about = text
            case "edge":
                edge = self.edges.pop()
                self.met |= edge.values.keys()
                for name, values in self.values.items():
                    values[edge.number] = edge.values.get(name, self.usual[name])
        self.text = None

    def close(self) -> None:
        """The document ends."""
        if not self.root:
            raise bad_argument(
                "path", Said("XML of another kind"), "a graphml or gexf document"
            )
        absent = set(_USUAL) - self.met - set(self.titles.values())
        refuse_other_names(self.titles.values(), absent, "call it {ours}, or delete it")

    def connectivity(self) -> Connectivity:
        """Number the nodes and build."""
        for pair in self.ends:
            for name in pair:
                if name not in self.names:
                    raise bad_argument("edge", name, "a node that the file defines")
        pre = np.array([self.names[source] for source, _ in self.ends], np.int64)
        post = np.array([self.names[target] for _, target in self.ends], np.int64)
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
            weight=single_precision(values["weight"]),
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

    def _listen(self, needed: bool) -> None:
        self.text = [] if needed else None

    def _open_graph(self, attributes: dict[str, str]) -> None:
        if not self.graphs:
            self.n_graphs += 1
            if self.n_graphs > 1:
                remedy = "write each into a file of its own"
                raise bad_argument(
                    "graph", Said("a second graph"), "one graph a file", remedy
                )
            self.about = attributes.get("id", self.about)
        name = "edgedefault" if self.root == "graphml" else "defaultedgetype"
        # the first GEXF calls it edgetype
        if name not in attributes and self.root == "gexf" and "edgetype" in attributes:
            name = "edgetype"
        # neither is directed unless it says so; networkx and igraph read it alike
        word = attributes.get(name, "undirected")
        if word not in _BOTH_WAYS:
            raise bad_argument(name, word, f"one of {', '.join(_BOTH_WAYS)}")
        self.graphs.append(_BOTH_WAYS[word])

    def _define(self, attributes: dict[str, str], title: str, of_edges: bool) -> None:
        """Note what a key is called; its default follows."""
        key = attributes.get("id", "")
        self.defined = ""
        if not of_edges:
            return
        name = plain_name(attributes.get(title, key))
        if name in _USUAL:
            if self.ends:
                remedy = "declare it before the edges"
                raise bad_argument(name, Said("a key behind edges"), "keys first", remedy)
            if name in self.titles.values():
                raise bad_argument(name, Said("two keys of that name"), "one for all edges")
        self.defined = name
        self.titles[key] = name

    def _name(self, attributes: dict[str, str]) -> None:
        name = attributes.get("id")
        if name is None or name in self.names:
            fault = Said("a node without id") if name is None else Said(f"{name!r} twice")
            raise bad_argument("node", fault, "an id of its own for every node")
        self.names[name] = len(self.names)

    def _open_edge(self, attributes: dict[str, str]) -> None:
        self.ends.append((attributes.get("source", ""), attributes.get("target", "")))
        is_graphml = self.root == "graphml"
        name = "directed" if is_graphml else "type"
        words = _DIRECTED if is_graphml else _BOTH_WAYS
        word = attributes.get(name)
        if word is not None and word not in words:
            raise bad_argument(name, word, f"one of {', '.join(words)}")
        both = bool(self.graphs and self.graphs[-1]) if word is None else words[word]
        self.both.append(both)
        edge = Edge(len(self.values["weight"]), {}, set())
        for values in self.values.values():
            values.append(np.nan)
        for key, text in attributes.items():
            # in the first GEXF a weight is a cardinal
            name = "weight" if key == "cardinal" and not is_graphml else plain_name(key)
            if name in self.values:
                edge.values[name] = number(name, text)
        self.edges.append(edge)

    def _is_asked(self, key: str) -> bool:
        return bool(self.edges) and self._title(key) in self.values

    def _title(self, key: str) -> str:
        return self.titles.get(key, key)

    def _note(self, key: str, text: str) -> None:
        """Take a value of the edge; refuse a second one."""
        if not self.edges:
            return
        edge = self.edges[-1]
        name = self._title(key)
        value = number(name, text)
        if key in edge.keys or (name in edge.values and edge.values[name] != value):
            source, target = self.ends[edge.number]
            fault = Said(f"two values for the edge from {source} to {target}")
            raise bad_argument(name, fault, "one")
        edge.keys.add(key)
        edge.values[name] = value


def _refuse_times(tag: str, attributes: dict[str, str]) -> None:
    """Refuse nodes, edges and values that are there for a part of the time."""
    times = [tag] if tag in ("spells", "slices") else []
    if tag in ("node", "edge", "attvalue"):
        times += [name for name in _TIMES if name in attributes]
    if times:
        fault = Said(f"{times[0]} of a graph that changes")
        remedy = "write one moment of it into a file"
        raise bad_argument(tag, fault, "a graph without times", remedy)


def number(name: str, text: str) -> float:
    """Return the number that a text says.

    >>> number("weight", " 2.5 ")
    2.5
    """
    try:
        # Python's own reading takes 1_000 too
        return float(text.replace("_", "x"))
    except ValueError:
        raise bad_argument(name, text, "a number") from None
