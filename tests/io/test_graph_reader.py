"""What the reader of GraphML and GEXF gathers, element by element."""

import pytest

from neurosparse.io.graph_reader import GraphReader, number


def test_elements_become_a_connectivity():
    reader = GraphReader()
    reader.start("{ns}graphml", {})
    reader.start("key", {"id": "k", "for": "edge", "attr.name": "Weight"})
    reader.start("graph", {"edgedefault": "directed"})
    for name in "ab":
        reader.start("node", {"id": name})
        reader.end("node")
    reader.start("edge", {"source": "b", "target": "a"})
    reader.start("data", {"key": "k"})
    for piece in ("2", ".", "5"):
        reader.data(piece)
    reader.end("data")
    reader.data("between tags")
    reader.end("edge")
    reader.end("graph")
    reader.close()
    graph = reader.connectivity()
    assert graph.to_dense().tolist() == [[0, 0], [2.5, 0]]


@pytest.mark.parametrize("text", ["", "x", "1_0", "1,5"])
def test_texts_that_are_no_numbers(text):
    with pytest.raises(ValueError, match="weight: got"):
        number("weight", text)
