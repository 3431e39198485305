"""Fields of graphs and tables of others: none that says a weight is passed over."""

import igraph
import networkx as nx
import pandas as pd
import pytest

from neurosparse.connectivity import Connectivity


def of_networkx(name):
    return Connectivity.from_networkx(nx.DiGraph([("a", "b", {name: 3})]))


def of_igraph(name):
    graph = igraph.Graph(n=2, edges=[(0, 1)], directed=True)
    graph.es[name] = [3]
    return Connectivity.from_igraph(graph)


def of_pandas(name):
    return Connectivity.from_pandas(pd.DataFrame({"pre": [0], "post": [1], name: [3]}))


@pytest.mark.parametrize("made", [of_networkx, of_igraph, of_pandas])
def test_weights_of_another_name_are_refused(made):
    assert made("weight").weights_array().tolist() == [3]
    assert made("delay").delay_steps_array().tolist() == [3]
    assert made("length").weights_array().tolist() == [1]
    for name in ("Weight", "syn_weight", "weights"):
        with pytest.raises(
            ValueError, match=f"weight: got '{name}', wants the name 'weight'"
        ):
            made(name)
    with pytest.raises(
        ValueError, match="delay: got 'delay_ms', wants the name 'delay', in steps"
    ):
        made("delay_ms")


def test_a_name_that_no_edge_has_is_refused():
    graph = nx.DiGraph([("a", "b", {"size": 3})])
    assert Connectivity.from_networkx(graph, weight="size").weights_array().tolist() == [3]
    for argument in ("weight", "delay_steps"):
        with pytest.raises(
            ValueError, match=f"{argument}: got 'sise', .*did you mean 'size'"
        ):
            Connectivity.from_networkx(graph, **{argument: "sise"})
    assert Connectivity.from_networkx(nx.DiGraph(), weight="size").nnz == 0
