"""GraphML and GEXF, against networkx; XML that cannot be meant."""

import time

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
        f'{keys} attr.name="delay"><default>9</default></key>'
        f'<graph edgedefault="directed">{nodes}{edges}</graph>'
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
        f"<gexf><graph defaultedgetype='directed'>{attributes}{nodes}{edges}</graph></gexf>"
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
        (
            xml('<key for="edge"/><graph><node id="a"/><edge/><hyperedge/></graph>'),
            "hyperedge",
        ),
        ('<?xml version="1.0" encoding="nonsense"?><graphml/>', "unknown encoding"),
        ('<?xml version="1.0" encoding="utf-32"?><graphml/>', "path"),
        (
            xml('<graph><node id="a"/><edge source="a" target="b"/></graph>'),
            "edge: got 'b'",
        ),
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


def edges_of(graph):
    """Every (source, target, weight) of a networkx graph, undirected ones both ways."""
    number = {node: k for k, node in enumerate(graph)}
    for a, b, data in graph.edges(data=True):
        yield number[a], number[b], data.get("weight", 1)
        if not graph.is_directed() and a != b:
            yield number[b], number[a], data.get("weight", 1)


def synapses(c):
    pre, post = c.edges()
    return sorted(zip(pre.tolist(), post.tolist(), c.weights_array().tolist(), strict=True))


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("said", [True, False])
def test_random_files_as_networkx_reads_them(tmp_path, suffix, kind, seed, said):
    rng = np.random.default_rng(seed)
    graph = kind()
    graph.add_nodes_from(range(8))
    for a, b in rng.integers(0, 8, (20, 2)).tolist():
        graph.add_edge(a, b, weight=float(rng.integers(1, 9)))
    path = tmp_path / f"a.{suffix}"
    write, read = {
        "graphml": (nx.write_graphml_xml, nx.read_graphml), "gexf": (nx.write_gexf, nx.read_gexf)
    }[suffix]  # fmt: skip
    write(graph, path)
    if not said:
        text = path.read_text()
        name = "edgedefault" if suffix == "graphml" else "defaultedgetype"
        word = "directed" if graph.is_directed() else "undirected"
        assert f'{name}="{word}"' in text
        path.write_text(text.replace(f'{name}="{word}"', ""))
    theirs = read(path)
    assert theirs.is_directed() == (said and graph.is_directed())
    assert synapses(read_graphml(path)) == sorted(edges_of(theirs))


def gexf(inside: str, default: str = "directed") -> str:
    return f'<gexf><graph defaultedgetype="{default}">{inside}</graph></gexf>'


AB = '<node id="a"/><node id="b"/>'


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        ("gexf", gexf(AB + '<edge source="a" target="b" type="mutual"/>'), 2),
        ("gexf", gexf(AB + '<edge source="a" target="b"/>', "mutual"), 2),
        ("gexf", gexf(AB + '<edge source="a" target="a" type="mutual"/>'), 1),
        ("gexf", gexf(AB + '<edge source="a" target="b" type="directed"/>', "undirected"), 1),
        ("graphml", xml(f'<graph edgedefault="undirected"><node id="n"><graph '
                        f'edgedefault="directed">{AB}<edge source="a" target="b"/></graph></node>'
                        '<edge source="n" target="b"/></graph>'), 3),
        ("graphml", xml(f'<graph edgedefault="directed">{AB}'
                        '<edge source="a" target="b" directed="false"/></graph>'), 2),
    ],
)  # fmt: skip
def test_directions(tmp_path, suffix, text, expected):
    (tmp_path / f"a.{suffix}").write_text(text)
    assert read_graphml(tmp_path / f"a.{suffix}").nnz == expected


KEY = '<key id="d0" for="edge" attr.name="{}" attr.type="double"/>'


@pytest.mark.parametrize("name", ["Weight", "WEIGHT", "weight"])
def test_weights_may_be_in_capitals(tmp_path, name):
    edge = '<edge source="a" target="b"><data key="d0">2.5</data></edge>'
    (tmp_path / "a.graphml").write_text(
        xml(KEY.format(name) + f"<graph>{AB}{edge}</graph>")
    )
    assert read_graphml(tmp_path / "a.graphml").weights_array().tolist() == [2.5, 2.5]
    attribute = f'<attributes class="edge"><attribute id="0" title="{name}"/></attributes>'
    edge = '<edge source="a" target="b"><attvalue for="0" value="2.5"/></edge>'
    (tmp_path / "a.gexf").write_text(gexf(attribute + AB + edge))
    assert read_graphml(tmp_path / "a.gexf").weights_array().tolist() == [2.5]


def graph(inside: str, before: str = "") -> str:
    return xml(f'{before}<graph edgedefault="directed">{inside}</graph>')


EDGE = '<edge source="a" target="b">{}</edge>'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (xml(f"<graph>{AB}</graph><graph/>"), "graph: got a second graph"),
        (graph(AB + '<node id="a"/>'), "node: got 'a' twice"),
        (graph("<node/>"), "node: got a node without id"),
        (graph(AB + EDGE.format('<data key="d0">1</data><data key="d0">1</data>'),
               KEY.format("weight")), "weight: got two values for the edge from a to b"),
        (graph(AB + EDGE.format('<data key="weight">1_000</data>')), "weight: got '1_000'"),
        (graph(AB, KEY.format("weight") + KEY.format("Weight").replace("d0", "d1")),
         "weight: got two keys"),
        (graph(AB + EDGE.format("")) .replace("</graphml>", KEY.format("weight") + "</graphml>"),
         "weight: got a key behind edges"),
        (xml('<graph edgedefault="both"/>'), "edgedefault: got 'both'"),
        (graph(AB + '<edge source="a" target="b" directed="maybe"/>'), "directed: got 'maybe'"),
    ],
)  # fmt: skip
def test_what_would_be_passed_over_is_refused(tmp_path, text, word):
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(ValueError, match=rf"a\.graphml: {word}"):
        read_graphml(tmp_path / "a.graphml")


@pytest.mark.parametrize(
    "inside", ["", "<data key='other'>{}</data>", "<data key='delay'>{}</data>"]
)
def test_text_is_gathered_in_linear_time(tmp_path, inside):
    """300,000 pieces took ten seconds where a sum of strings gathered them."""
    much = "&amp;" * 300_000 if "delay" not in inside else " \n" * 300_000 + "3"
    edge = EDGE.format((inside or "{}").format(much))
    (tmp_path / "a.graphml").write_text(graph(AB + edge))
    began = time.process_time()
    assert read_graphml(tmp_path / "a.graphml").nnz == 1
    assert time.process_time() - began < 3


def test_counts_above_2_24_are_told(tmp_path):
    edge = EDGE.format('<data key="weight">123456789</data>')
    (tmp_path / "a.graphml").write_text(graph(AB + edge))
    with pytest.warns(UserWarning, match="123456789 to 123456792"):
        read_graphml(tmp_path / "a.graphml")


def in_gexf(edge, graph='defaultedgetype="directed"', head=""):
    nodes = '<nodes><node id="a"/><node id="b"/></nodes>'
    body = f"<graph {graph}>{head}{nodes}<edges>{edge}</edges></graph>"
    return f'<gexf xmlns="http://gexf.net/1.3">{body}</gexf>'


def in_graphml(edge, name="weight"):
    key = f'<key id="k" for="edge" attr.name="{name}" attr.type="double"/>'
    nodes = '<node id="a"/><node id="b"/>'
    return f'<graphml>{key}<graph edgedefault="directed">{nodes}{edge}</graph></graphml>'


@pytest.mark.parametrize("name", ["weights", "syn_weight", "Edge Weight", "delay_ms"])
def test_weights_and_delays_of_another_name_are_refused(tmp_path, name):
    ours = name[:5].lower() if name[0] == "d" else "weight"
    path = tmp_path / "a.graphml"
    path.write_text(
        in_graphml('<edge source="a" target="b"><data key="k">5</data></edge>', name)
    )
    with pytest.raises(ValueError, match=f"a.graphml: {ours}: got '{name}'"):
        read_graphml(path)
    attribute = f'<attributes class="edge"><attribute id="0" title="{name}"/></attributes>'
    edge = '<edge source="a" target="b"><attvalues><attvalue for="0" value="5"/></attvalues></edge>'
    path = tmp_path / "a.gexf"
    path.write_text(in_gexf(edge, head=attribute))
    with pytest.raises(ValueError, match=f"a.gexf: {ours}: got '{name}'"):
        read_graphml(path)


@pytest.mark.parametrize(
    "edge",
    [
        '<edge source="a" target="b" start="1"/>',
        '<edge source="a" target="b" timestamp="1"/>',
        '<edge source="a" target="b"><spells><spell end="2"/></spells></edge>',
        '<edge source="a" target="b"><attvalues><attvalue for="w" value="2" end="1"/></attvalues>'
        "</edge>",
    ],
)
def test_graphs_that_change_in_time_are_refused(tmp_path, edge):
    path = tmp_path / "a.gexf"
    path.write_text(in_gexf(edge, 'mode="dynamic" defaultedgetype="directed"'))
    with pytest.raises(ValueError, match="a.gexf: .*of a graph that changes"):
        read_graphml(path)


def test_the_first_gexf_has_other_words(tmp_path):
    path = tmp_path / "a.gexf"
    path.write_text(
        in_gexf('<edge source="a" target="b" cardinal="4"/>', 'edgetype="directed"')
    )
    graph = read_graphml(path)
    assert (graph.nnz, graph.weights_array()[0]) == (1, 4)


def test_an_edge_within_an_edge_has_its_own_values(tmp_path):
    inner = '<edge source="b" target="a"><data key="k">2</data></edge>'
    graph = f'<graph edgedefault="directed">{inner}</graph>'
    edge = f'<edge source="a" target="b">{graph}<data key="k">3</data></edge>'
    path = tmp_path / "a.graphml"
    path.write_text(in_graphml(edge))
    assert read_graphml(path).weights_array("caller").tolist() == [3, 2]


def test_a_weight_that_is_no_number_is_not_two_values(tmp_path):
    path = tmp_path / "a.graphml"
    path.write_text(
        in_graphml('<edge source="a" target="b"><data key="k">nan</data></edge>')
    )
    with pytest.raises(ValueError, match="a.graphml: weight: got nan"):
        read_graphml(path)
