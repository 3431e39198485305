"""Experiments as files: every word of them, and what is refused by table, key and nearest name."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import larva_brain
from neurosparse.experiment import Rewired, read_experiment

HEAD = """
connectome = "larva_brain"
trials = 2
duration = 20.0
model = { kind = "LIFExp", v_rest = -52.0, v_threshold = -45.0, v_reset = -52.0 }
"""
WHOLE = """
title = "all words"
inhibit = "locals"
readouts = ["locals", "second", { type = "PNs" }]

[sets]
senses = { type = "sensories" }
locals = { type = ["LNs", "MBINs"], side = "left" }
second = { within = 1, of = "senses", synapses = 5, but = "senses" }
some = { any = ["locals", "second"], not = "senses" }
common = { all = ["some", "second"], type = "PNs" }
one = { ids = [29] }

[[drive]]
neurons = "senses"
rate = 10.0
weight = 70.0
on = [[0.0, 5.0], [10.0, 15.0]]

[[intervention]]
screen = "type"
among = "second"
least = 40

[[intervention]]
silence = "common"
of = "input"

[[intervention]]
together = [{ cut = ["senses", { type = "PNs" }] }, { inject = "one", amplitude = 3.0 }]

[[intervention]]
stimulate = "locals"
rate = 5.0
weight = 70.0

[[control]]
keep = "types"
graphs = 3
column = "side"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "x.toml"
    path.write_text(HEAD + text)
    return path


def test_every_word(tmp_path: Path) -> None:
    brain = larva_brain()
    text = WHOLE.replace("ids = [29]", f"ids = [{brain.id[7]}]")
    design, title = read_experiment(write(tmp_path, text))
    assert title == "all words"
    senses = brain.where(type="sensories").mask
    second = design.sets["second"].mask
    assert list(design.sets) == ["locals", "second", "type PNs"]
    assert not (second & senses).any()
    inhibits = design.connectome.inhibits()
    local = np.isin(brain.cell_type, ["LNs", "MBINs"]) & (brain.hemisphere == "L")
    assert np.array_equal(inhibits, local & (brain.connectivity.out_degree > 0))
    assert design.drive[0].windows[1] == (10.0, 15.0)
    names = [arm.name for arm in design.arms]
    assert "silence dSEZs" in names
    assert names[-3:] == [
        "deafen common",
        "cut senses -> type PNs + inject 3 into one",
        "stimulate locals at 5 Hz",
    ]
    pieces = [arm for arm in design.arms if arm.name.startswith("silence")]
    assert all((arm.parts[0].neurons.mask <= second).all() for arm in pieces)
    assert min(len(arm.parts[0].neurons) for arm in pieces) >= 40
    common = design.arms[-3].parts[0].neurons
    assert np.array_equal(common.mask, second & (brain.cell_type == "PNs"))
    assert design.controls == [Rewired("types", 3, "side")]
    by_type, _ = read_experiment(write(tmp_path, 'readouts = "side"'))
    assert list(by_type.sets) == ["center", "left", "right"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sets]\na = { typ = 'KCs' }", r"sets\.a\.typ: unknown key; did you mean 'type'"),
        ("[sets]\na = { region = 'x' }", r"columns of the table: id, type"),
        ("[sets]\na = { any = [] }", r"sets\.a\.any: got \[\], wants a list of sets"),
        ("[sets]\na = { within = 2 }", r"sets\.a: within wants of"),
        ("[sets]\na = { type = 'QQ' }", r"sets\.a: type: got 'QQ'"),
        ("[sets]\na = { type = 'KC' }", "type: got 'KC', wants .*did you mean 'KCs'"),
        ("[sets]\na = { not = 'b' }", "sets: got 'b', wants one of a"),
        ("[sets]\na = { not = 'b' }\nb = { not = 'a' }", r"said by itself: a -> b -> a"),
        ("[sets]\na = { but = 'a' }", "nothing says no set"),
        ("[sets]\na = { ids = [1] }", "sets.a: ids: got 1, wants ids"),
        (
            "[[drive]]\nneurons = 'a'\nrate = 1.0\nweight = 1.0",
            r"sets: got 'a', wants one of \(there are none\)",
        ),
        ("[[drive]]\nneurons = { type = 'KCs' }", r"drive\[0\]: .*rate"),
        ("[[drive]]\nneurons = { type = 'KCs' }\nrat = 3", r"drive\[0\]\.rat: .*'rate'"),
        ("[[intervention]]\nkill = 'a'", r"intervention\[0\]: got kill, wants silence"),
        ("[[intervention]]\ncut = ['a']", r"intervention\[0\]\.cut: got \['a'\]"),
        ("[[control]]\nkep = 'types'", r"control\[0\]\.kep: .*'keep'"),
        ("readouts = 3", "readouts: got 3"),
        ("trails = 3", r"x\.toml\.trails: unknown key; did you mean 'trials'"),
        ("x = [", r"x\.toml: not TOML"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_experiment(write(tmp_path, text))


def test_connectomes_of_every_source(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("from,to\n1,2\n2,1\n")
    (tmp_path / "n.csv").write_text("body,kind\n1,a\n2,b\n")
    path = tmp_path / "x.toml"
    own = '{ edges = "e.csv", neurons = "n.csv", columns = { pre = "from", post = "to" }'
    rest = HEAD.partition("trials")[2]
    sources = {
        own + ', names = { body = "id", kind = "type" } }': 2,
        '{ c_elegans = "cook_chem" }': 302,
    }
    for source, n in sources.items():
        path.write_text(f"connectome = {source}\ntrials{rest}")
        assert read_experiment(path)[0].connectome.n == n
    faults = {
        '"larva"': "connectome: got 'larva', wants one of .*did you mean 'larva_brain'",
        "3": "connectome: got 3, wants a name or a table",
        '{ flywir = "x" }': "connectome.flywir: unknown key; did you mean 'flywire'",
        '{ edges = "e.csv" }': "wants edges and neurons",
        '{ flywire = "none", version = 1 }': "version: got 1",
        '{ banc = "none", colour = 1 }': "connectome: .*colour",
    }
    for source, words in faults.items():
        path.write_text(f"connectome = {source}\ntrials{rest}")
        with pytest.raises(ValueError, match=words):
            read_experiment(path)
    path.write_text(f'connectome = {{ flywire = "none" }}\ntrials{rest}')
    with pytest.raises(FileNotFoundError, match="curl"):
        read_experiment(path)
