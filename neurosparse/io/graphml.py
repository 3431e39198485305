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
from neurosparse.errors import bad_argument
from neurosparse.io.graph_reader import GraphReader
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
    """Read a .graphml or .gexf file; an undirected or mutual edge becomes two synapses.

    Repeated edges stay. Edges are undirected where neither they nor the graph say otherwise, as
    both formats mean it. Edges without a weight or delay have the default that the file declares,
    else 1 and 0; the names of both may be in capitals. Graphs within nodes belong to the graph.
    `progress(done, total)` counts bytes.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: not such a file, several graphs, a node that is named twice or not at all, an
            edge to a node it does not define, a value that is not a number or comes twice, or a
            document type declaration, which could make the parser expand or fetch what it names.
    """
    from xml.etree.ElementTree import XMLParser

    _kind(path)
    path = old_file(path, "a GraphML or GEXF file")
    reader = GraphReader()
    parser = XMLParser(target=reader)
    with reading(path, "well-formed XML"):
        with open(path, "rb") as file:
            while part := file.read(1 << 20):
                parser.feed(part)
                if progress:
                    progress(file.tell(), path.stat().st_size)
        parser.close()
        return reader.connectivity()


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
