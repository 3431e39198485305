"""GraphML and GEXF, against networkx; XML that cannot be meant."""

import networkx as nx
import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import read_graphml, write_graphml


def test_networkx_and_our_xml_read_each_other(tmp_path):
    c = Connectivity.from_edges(
        [2, 0, 1], [0, 1, 2], n_pre=4, n_post=4, weight=[0.5, 2, 3], delay_steps=[1, 2, 3]
    )
    for name, read, write in (
        ("a.graphml", nx.read_graphml, nx.write_graphml_xml),
        ("a.gexf", nx.read_gexf, nx.write_gexf),
    ):
        write_graphml(tmp_path / name, c)
        theirs = read(tmp_path / name)
        assert {(a, b): d["weight"] for a, b, d in theirs.edges(data=True)} == {
            ("n2", "n0"): 0.5, ("n0", "n1"): 2.0, ("n1", "n2"): 3.0
        }  # fmt: skip
        assert len(theirs) == 4
        write(theirs, tmp_path / name)
        back = read_graphml(tmp_path / name)
        np.testing.assert_array_equal(back.to_dense(), c.to_dense())
        np.testing.assert_array_equal(back.delay_steps_array(), c.delay_steps_array())


def test_undirected_xml_goes_both_ways(tmp_path):
    nx.write_graphml_xml(nx.Graph([("a", "b"), ("b", "c")]), tmp_path / "a.graphml")
    both = read_graphml(tmp_path / "a.graphml")
    assert both.nnz == 4
    np.testing.assert_array_equal(both.to_dense(), both.to_dense().T)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><graphml><graph/></graphml>', "document type"),
        ('<graphml><graph><node id="a"/><edge source="a" target="b"/></graph></graphml>', "edge"),
        ('<graphml><graph><node id="a"/><edge source="a" target="a">'
         '<data key="weight">x</data></edge></graph></graphml>', "weight"),
        ("<svg/>", "graphml or gexf"),
        ("<graphml><graph>", "well-formed"),
    ],
)  # fmt: skip
def test_bad_xml_is_refused(tmp_path, text, word):
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_graphml(tmp_path / "a.graphml")


def xml(inside: str) -> str:
    return f"<graphml>{inside}</graphml>"


def test_defaults_of_graphml_and_gexf_are_taken(tmp_path):
    keys = '<key id="w" for="edge" attr.name="weight"><default>2.5</default></key>'
    keys += '<key id="n" for="node" '
    nodes = '<node id="a"/><node id="b"/>'
    edges = '<edge source="a" target="b"/><edge source="b" target="a"><data key="w">4</data></edge>'
    body = xml(
        f'{keys} attr.name="delay"><default>9</default></key><graph>{nodes}{edges}</graph>'
    )
    (tmp_path / "a.graphml").write_text(body)
    found = read_graphml(tmp_path / "a.graphml")
    assert found.weights_array("caller").tolist() == [2.5, 4.0]
    assert found.delay_steps_array().tolist() == [0, 0]
    attributes = (
        '<attributes class="node"><attribute id="0" title="weight"><default>7</default></attribute>'
        '</attributes><attributes class="edge">'
        '<attribute id="1" title="delay"><default>3</default></attribute></attributes>'
    )
    edges = '<edge source="a" target="b"/>'
    edges += '<edge source="b" target="a"><attvalue for="1" value="5"/></edge>'
    (tmp_path / "a.gexf").write_text(
        f"<gexf><graph>{attributes}{nodes}{edges}</graph></gexf>"
    )
    found = read_graphml(tmp_path / "a.gexf")
    assert found.delay_steps_array("caller").tolist() == [3, 5]
    assert found.weights_array().tolist() == [1.0, 1.0]


def test_an_undirected_loop_is_one_synapse_as_in_networkx(tmp_path):
    import networkx as nx

    graph = nx.Graph([("a", "a"), ("a", "b")])
    nx.write_graphml(graph, tmp_path / "a.graphml")
    assert read_graphml(tmp_path / "a.graphml") == Connectivity.from_networkx(graph)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (xml('<key for="edge"/><graph><node/><edge/><hyperedge/></graph>'), "hyperedge"),
        ('<?xml version="1.0" encoding="nonsense"?><graphml/>', "unknown encoding"),
        ('<?xml version="1.0" encoding="utf-32"?><graphml/>', "path"),
        (xml('<graph><node id="a"/><edge source="a" target="b"/></graph>'), "edge: got 'b'"),
    ],
)
def test_xml_that_cannot_be_meant(tmp_path, text, word):
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_graphml(tmp_path / "a.graphml")
    (tmp_path / "b.graphml").write_text(
        xml('<key for="edge"/><graph id="² to 0"><node id="a"/><node id="b"/></graph>')
    )
    assert read_graphml(tmp_path / "b.graphml").shape == (2, 2)
