"""SONATA edges of others, and edges that cannot be meant."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    read_sonata_edges,
    write_sonata_edges,
)

DT = 0.1


def test_sonata_of_others(tmp_path):
    """Two attribute groups, seconds, no magic, populations to choose from."""
    import h5py

    with h5py.File(tmp_path / "e.h5", "w") as file:
        group = file.create_group("edges/one")
        for key, values in {
            "source_node_id": [0, 1, 2], "target_node_id": [2, 2, 0], "edge_type_id": [7, 7, 8],
            "edge_group_id": [1, 0, 1], "edge_group_index": [1, 0, 0],
            "0/syn_weight": [5.0], "1/syn_weight": [6.0, 7.0], "1/delay": [0.2, 0.3],
        }.items():  # fmt: skip
            group.create_dataset(key, data=np.array(values))
        file.create_group("edges/two")
    c = read_sonata_edges(tmp_path / "e.h5", dt=DT, population="one", n_pre=9)
    assert c.shape == (9, 3)
    assert c.weights_array("caller").tolist() == [7.0, 5.0, 6.0]
    assert c.delay_steps_array("caller").tolist() == [3, 0, 2]
    with pytest.raises(ValueError, match="one of one, two"):
        read_sonata_edges(tmp_path / "e.h5", dt=DT)
    with pytest.raises(ValueError, match="did you mean 'two'"):
        read_sonata_edges(tmp_path / "e.h5", dt=DT, population="twoo")
    with pytest.raises(ValueError, match="source_node_id"):
        read_sonata_edges(tmp_path / "e.h5", dt=DT, population="two")
    with pytest.raises(ValueError, match=r"dt: got 0\.25.*divides every delay"):
        read_sonata_edges(tmp_path / "e.h5", dt=0.25, population="one")


def edges_file(path, **changed):
    """A SONATA file of two edges with some data sets or attributes replaced (None: left out)."""
    import h5py

    write_sonata_edges(
        path, Connectivity.from_edges([0, 1], [1, 0], weight=[2.0, 3.0]), dt=0.1
    )
    with h5py.File(path, "r+") as file:
        group = file["edges/default_to_default"]
        for name, value in changed.items():
            if name == "magic":
                file.attrs["magic"] = value
            elif name == "size":
                group["source_node_id"].attrs["neurosparse_size"] = value
            else:
                del group[name]
                if isinstance(value, tuple):
                    group.create_dataset(name, shape=value, dtype="i8", chunks=(1000,))
                elif value is not None:
                    group.create_dataset(name, data=value)
    return path


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("source_node_id", np.array([0.5, 1]), "source_node_id: got fractions"),
        ("target_node_id", np.array([np.nan, 1]), "target_node_id: got fractions"),
        ("target_node_id", np.array([2**63, 1], np.uint64), "target_node_id"),
        ("target_node_id", (10**11,), "target_node_id: got 100000000000 numbers declared"),
        ("edge_group_id", np.zeros(1, int), "edge_group_id: got"),
        ("edge_group_index", np.array([-1, 0]), "edge_group_index: got"),
        ("edge_group_index", np.array([0, 5]), "edge_group_index asks for"),
        ("source_node_id", None, "without 'source_node_id'"),
        ("magic", "x", "magic: got 'x'"),
        ("magic", np.array([1, 2]), "magic: got"),
        ("magic", np.nan, "magic: got"),
        ("size", "many", "neurosparse_size: got 'many'"),
        ("size", 2.5, "neurosparse_size: got"),
        ("size", 2**31 - 1, "neurosparse_size: got 2147483647 neurons"),
    ],
)
def test_sonata_that_cannot_be_meant(tmp_path, name, value, word):
    with pytest.raises(ValueError, match=word):
        read_sonata_edges(edges_file(tmp_path / "a.h5", **{name: value}), dt=0.1)


@pytest.mark.parametrize(
    "place", ["edges", "edges/default_to_default", "edges/default_to_default/0"]
)
def test_sonata_of_another_file_is_not_read(tmp_path, place):
    import h5py

    secret = edges_file(tmp_path / "secret.h5")
    path = edges_file(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file[place]
        file[place] = h5py.ExternalLink(secret.name, f"/{place}")
    with pytest.raises(ValueError, match=", wants "):
        read_sonata_edges(path, dt=0.1)


@pytest.mark.parametrize("delay", [np.nan, np.inf, 0.05])
def test_sonata_delays_that_are_no_steps(tmp_path, delay):
    import h5py

    with h5py.File(edges_file(tmp_path / "a.h5"), "r+") as file:
        file["edges/default_to_default/0/delay"][:] = [0.1, delay]
    with pytest.raises(
        ValueError, match="dt: got 0.1, wants a step that divides every delay"
    ):
        read_sonata_edges(tmp_path / "a.h5", dt=0.1)


def foreign(path, columns):
    """A SONATA file of one edge population with these data sets."""
    import h5py

    with h5py.File(path, "w") as file:
        group = file.create_group("edges/one")
        for key, values in columns.items():
            group.create_dataset(key, data=np.array(values))
        for end in ("source", "target"):
            group[f"{end}_node_id"].attrs["node_population"] = end
    return path


def ends(types, *, groups=None, rows=None):
    n = len(types)
    return {
        "source_node_id": np.arange(n, dtype=np.uint64),
        "target_node_id": np.arange(n, dtype=np.uint64)[::-1],
        "edge_type_id": np.array(types, np.int64),
        "edge_group_id": np.zeros(n, np.uint32) if groups is None else groups,
        "edge_group_index": np.arange(n, dtype=np.uint64) if rows is None else rows,
    }


def test_an_edge_that_stands_for_several_synapses_has_all_their_weight(tmp_path):
    path = foreign(
        tmp_path / "e.h5", {**ends([0, 0]), "0/syn_weight": [2.0, 3.0], "0/nsyns": [5, 1]}
    )
    assert read_sonata_edges(path, dt=DT).weights_array("caller").tolist() == [10, 3]
    columns = {**ends([4, 5]), "0/delay": [0.1, 0.2]}
    path = foreign(tmp_path / "t.h5", columns)
    types = {4: {"syn_weight": 2.0, "nsyns": 3.0}, 5: {"syn_weight": -1.0}}
    assert read_sonata_edges(path, dt=DT, types=types).weights_array("caller").tolist() == [
        6,
        -1,
    ]
    for bad in ([-1, 1], [0.5, 1.0], [np.nan, 1.0]):
        path = foreign(tmp_path / "b.h5", {**ends([0, 0]), "0/nsyns": bad})
        with pytest.raises(ValueError, match=r"b\.h5: nsyns: got"):
            read_sonata_edges(path, dt=DT)


def test_weights_in_one_group_only_are_refused(tmp_path):
    path = foreign(
        tmp_path / "e.h5",
        {
            **ends([0, 0], groups=[0, 1], rows=[0, 0]),
            "0/syn_weight": [2.0],
            "1/delay": [0.1],
        },
    )
    with pytest.raises(ValueError, match="syn_weight: got none for 1 edges of type 0"):
        read_sonata_edges(path, dt=DT)
    assert read_sonata_edges(path, dt=DT, weight=7).weights_array("caller").tolist() == [
        2,
        7,
    ]


def test_weights_by_a_function_are_refused(tmp_path):
    path = foreign(tmp_path / "e.h5", {**ends([3]), "0/delay": [0.1]})
    types = {3: {"syn_weight": 1.0, "weight_function": "gaussianLL"}}
    with pytest.raises(ValueError, match="weight_function: got 'gaussianLL'"):
        read_sonata_edges(path, dt=DT, types=types)
    own = foreign(tmp_path / "own.h5", {**ends([3]), "0/syn_weight": [2.0]})
    with pytest.raises(ValueError, match="own.h5: weight_function: got 'gaussianLL'"):
        read_sonata_edges(own, dt=DT, types=types)
    types[3]["weight_function"] = "wmax"
    assert read_sonata_edges(path, dt=DT, types=types).weights_array().tolist() == [1]


@pytest.mark.parametrize("seed", range(8))
def test_random_files_as_libsonata_reads_them(tmp_path, seed):
    libsonata = pytest.importorskip("libsonata")
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    columns = ends(rng.integers(100, 103, n))
    columns["0/nsyns"] = rng.integers(0, 9, n)
    columns["0/delay"] = rng.integers(0, 50, n) * DT
    own = bool(rng.integers(2))
    if own:
        columns["0/syn_weight"] = rng.normal(size=n)
    path = foreign(tmp_path / "e.h5", columns)
    types = {k: {"syn_weight": float(rng.integers(1, 9))} for k in (100, 101, 102)}
    theirs = libsonata.EdgePopulation(str(path), "", "one")
    everyone = theirs.select_all()
    weight = (
        theirs.get_attribute("syn_weight", everyone)
        if own
        else np.array([types[k]["syn_weight"] for k in columns["edge_type_id"].tolist()])
    )
    ours = read_sonata_edges(path, dt=DT, types=types)
    expected = np.float32(weight * theirs.get_attribute("nsyns", everyone))
    assert np.array_equal(ours.weights_array("caller"), expected)
    pre, post = ours.edges("caller")
    assert np.array_equal(pre, theirs.source_nodes(everyone))
    assert np.array_equal(post, theirs.target_nodes(everyone))
    delays = theirs.get_attribute("delay", everyone)
    assert np.array_equal(ours.delay_steps_array("caller"), np.rint(delays / DT))
    if not own:
        with pytest.raises(ValueError, match="give types="):
            read_sonata_edges(path, dt=DT)


def test_counts_above_2_24_are_not_rounded_in_silence(tmp_path):
    path = foreign(tmp_path / "e.h5", {**ends([0, 0]), "0/syn_weight": [16777217, 5]})
    with pytest.warns(
        UserWarning, match="1 whole numbers above 2.24 .* 16777217 to 16777216"
    ):
        read_sonata_edges(path, dt=DT)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("conductance", "conductance"),
        ("weight", "dynamics_params/weight"),
        ("Syn_Weight", "Syn_Weight"),
    ],
)
def test_weights_of_another_name_are_refused_unless_named(tmp_path, name, column):
    path = foreign(tmp_path / "e.h5", {**ends([0, 0]), f"0/{column}": [2.0, 3.0]})
    with pytest.raises(ValueError, match=f"e.h5: syn_weight: got '{name}', wants the name"):
        read_sonata_edges(path, dt=DT)
    for weight, expected in ((name, [2, 3]), (4.0, [4, 4])):
        read = read_sonata_edges(path, dt=DT, weight=weight)
        assert read.weights_array("caller").tolist() == expected
    types = {0: {"syn_weight": 5.0}}
    assert read_sonata_edges(path, dt=DT, types=types).weights_array().tolist() == [5, 5]
    with pytest.raises(ValueError, match="mass: got none for 2 edges, wants one for every"):
        read_sonata_edges(path, dt=DT, weight="mass")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"conductance": 2.0}, "syn_weight: got 'conductance'"),
        ({"syn_weight": 2.0, "delay_ms": 1.0}, "delay: got 'delay_ms'"),
    ],
)
def test_columns_of_types_that_are_a_weight_or_delay_are_refused(tmp_path, row, word):
    path = foreign(tmp_path / "e.h5", {**ends([4, 5])})
    with pytest.raises(ValueError, match=f"e.h5: {word}"):
        read_sonata_edges(path, dt=DT, types={4: row, 5: row})


def test_a_type_without_weight_beside_others_is_refused(tmp_path):
    path = foreign(tmp_path / "e.h5", {**ends([4, 5])})
    types = {4: {"syn_weight": 2.0}, 5: {"delay": 0.1}}
    with pytest.raises(ValueError, match="syn_weight: got none for 1 edges of type 5"):
        read_sonata_edges(path, dt=DT, types=types)
    read = read_sonata_edges(path, dt=DT, types=types, weight=-1)
    assert read.weights_array("caller").tolist() == [2, -1]


def test_counts_of_synapses_have_one_name(tmp_path):
    columns = {**ends([0]), "0/syn_weight": [2.0], "0/n_syn": [3]}
    path = foreign(tmp_path / "e.h5", columns)
    with pytest.raises(
        ValueError, match="e.h5: nsyns: got 'n_syn', wants the name 'nsyns'"
    ):
        read_sonata_edges(path, dt=DT)


def test_parameters_of_the_model_are_attributes_too(tmp_path):
    inner = {
        "0/dynamics_params/syn_weight": [2.0, 3.0],
        "0/dynamics_params/delay": [0.1, 0.2],
    }
    path = foreign(tmp_path / "e.h5", {**ends([7, 8]), **inner})
    read = read_sonata_edges(path, dt=DT)
    assert read.weights_array("caller").tolist() == [2, 3]
    assert read.delay_steps_array("caller").tolist() == [1, 2]


def test_delays_have_the_unit_that_the_file_says(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = foreign(
        tmp_path / "e.h5", {**ends([0]), "0/delay": [1.0], "0/syn_weight": [1.0]}
    )
    for unit, steps in (("ms", 10), ("s", 10_000)):
        with h5py.File(path, "r+") as file:
            file["edges/one/0/delay"].attrs["units"] = unit
        assert read_sonata_edges(path, dt=DT).delay_steps_array().tolist() == [steps]
    with h5py.File(path, "r+") as file:
        file["edges/one/0/delay"].attrs["units"] = "us"
    with pytest.raises(ValueError, match="e.h5: delay: got 'us'"):
        read_sonata_edges(path, dt=DT)


def test_delays_of_32_bits_are_whole_steps_far_from_0_too(tmp_path):
    steps = np.array([3, 301, 4999, 60_001])
    columns = {**ends([0] * 4), "0/delay": np.float32(steps * DT)}
    path = foreign(tmp_path / "e.h5", columns)
    assert (
        read_sonata_edges(path, dt=DT).delay_steps_array("caller").tolist()
        == steps.tolist()
    )
    path = foreign(tmp_path / "e.h5", columns | {"0/delay": steps * DT + [0, 0, 0.001, 0]})
    with pytest.raises(ValueError, match=r"divides every delay, 499\.901 ms among them"):
        read_sonata_edges(path, dt=DT)
