"""Temporal memory: the published unit cases on both backends, fast against naive, save and
continue.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.htm import (
    Growth,
    SegmentThresholds,
    SpatialPooler,
    SynapsePermanence,
    TemporalMemory,
)
from neurosparse.sdr import SDR

COLUMNS = 32


def make(backend: str = "cpu", **changes: Any) -> TemporalMemory:
    """32 columns of 4 cells with the settings of the published cases."""
    p = {
        "cells": 4,
        "act": 3,
        "min": 2,
        "new": 3,
        "init": 0.21,
        "inc": 0.1,
        "dec": 0.1,
        "pdec": 0.0,
    }
    p |= {"syn": 255, "seg": 255, "seed": 42} | changes
    return TemporalMemory(
        COLUMNS,
        int(p["cells"]),
        thresholds=SegmentThresholds(int(p["act"]), int(p["min"])),
        permanence=SynapsePermanence(p["init"], 0.5, p["inc"], p["dec"], p["pdec"]),
        growth=Growth(int(p["new"]), int(p["syn"]), int(p["seg"])),
        seed=int(p["seed"]),
        backend=backend,
    )


def run(memory: TemporalMemory, *codes: list[int], learn: bool = True) -> None:
    for code in codes:
        memory.step(SDR(code, COLUMNS), learn)


def rows(memory: TemporalMemory) -> list[tuple[int, dict[int, float]]]:
    """Every segment as (cell, {source: permanence})."""
    found = memory.listing()
    return [
        (
            int(c),
            {
                int(s): round(float(p), 5)
                for s, p in zip(found.source[a:b], found.permanence[a:b], strict=True)
            },
        )
        for c, a, b in zip(found.cell, found.indptr[:-1], found.indptr[1:], strict=True)
    ]


def test_01_predicted_cell_is_active_alone(backend: str) -> None:
    memory = make(backend).create_segment(4, [0, 1, 2, 3], 0.5)
    run(memory, [0])
    assert memory.predictive.tolist() == [4]
    run(memory, [1])
    assert memory.active.tolist() == memory.winners.tolist() == [4]


@pytest.mark.parametrize("learn", [True, False])
def test_02_burst(backend: str, learn: bool) -> None:
    memory = make(backend)
    run(memory, [0], learn=learn)
    assert memory.active.tolist() == [0, 1, 2, 3]
    assert memory.winners.size == 1
    assert 0 <= memory.winners[0] < 4


def test_03_all_predicted_cells_win(backend: str) -> None:
    memory = (
        make(backend).create_segment(4, [0, 1, 2], 0.5).create_segment(6, [0, 1, 2], 0.5)
    )
    run(memory, [0], [1], learn=False)
    assert memory.winners.tolist() == [4, 6]


def test_04_active_segments_learn(backend: str) -> None:
    memory = make(backend, init=0.2, dec=0.08, new=4, pdec=0.02).create_segment(
        5, [0, 1, 2, 81], 0.5
    )
    run(memory, [0], [1])
    synapses = rows(memory)[0][1]
    assert [synapses[i] for i in (0, 1, 2, 81)] == pytest.approx([0.6, 0.6, 0.6, 0.42])


def test_05_only_the_best_matching_segment_learns(backend: str) -> None:
    memory = (
        make(backend, dec=0.08)
        .create_segment(4, [0, 1, 2, 81], 0.3)
        .create_segment(5, [0, 1, 81], 0.3)
    )
    run(memory, [0], [1])
    (_, best), (_, other) = rows(memory)
    assert [best[i] for i in (0, 1, 2, 81)] == pytest.approx([0.4, 0.4, 0.4, 0.22])
    assert other == {0: 0.3, 1: 0.3, 81: 0.3}


def test_06_matching_segments_of_predicted_columns_rest(backend: str) -> None:
    memory = make(backend).create_segment(4, [0, 1, 2, 3], 0.5)
    memory.create_segment(4, [0, 1], 0.3).create_segment(5, [0, 1], 0.3)
    run(memory, [0], [1])
    assert rows(memory)[1:] == [(4, {0: 0.3, 1: 0.3}), (5, {0: 0.3, 1: 0.3})]


def test_07_no_segment_without_earlier_winners(backend: str) -> None:
    memory = make(backend, new=2)
    run(memory, [], [1])
    assert rows(memory) == []


@pytest.mark.parametrize(("new", "count"), [(2, 2), (4, 3)])
def test_08_09_new_segment_reaches_earlier_winners(
    backend: str, new: int, count: int
) -> None:
    memory = make(backend, new=new)
    run(memory, [0, 1, 2])
    winners = set(memory.winners.tolist())
    run(memory, [4])
    ((cell, synapses),) = rows(memory)
    assert cell == memory.winners[0]
    assert len(synapses) == count
    assert set(synapses) <= winners
    assert set(synapses.values()) == {0.21}


@pytest.mark.parametrize(
    ("changes", "sources", "permanence", "codes", "sure", "maybe", "n"),
    [
        ({"min": 1}, [0], [0.5], ([0, 1, 2, 3], [4]), {0}, {1, 2, 3}, 3),
        ({"min": 1}, [0], [0.5], ([0, 1], [4]), {0, 1}, set(), 2),
        (
            {"act": 2, "min": 1, "new": 4},
            [0, 1, 2],
            [0.5, 0.5, 0.2],
            ([0, 1, 2, 3, 4], [5]),
            {0, 1, 2},
            {3, 4},
            4,
        ),
    ],
    ids=["10", "11", "12"],
)
def test_10_to_12_growth(
    backend: str,
    changes: Any,
    sources: Any,
    permanence: Any,
    codes: Any,
    sure: Any,
    maybe: Any,
    n: int,
) -> None:
    memory = make(backend, cells=1, **changes).create_segment(
        codes[1][0], sources, permanence
    )
    run(memory, *codes)
    ((_, synapses),) = rows(memory)
    assert len(synapses) == n
    assert sure <= set(synapses) <= sure | maybe
    assert all(synapses[s] == 0.21 for s in set(synapses) - set(sources))


def test_13_punished_synapse_disappears(backend: str) -> None:
    memory = make(backend, init=0.2, new=4, pdec=0.02).create_segment(
        5, [0, 1, 2, 3], [0.5, 0.5, 0.5, 0.015]
    )
    run(memory, [0], [2])
    assert (5, {0: 0.48, 1: 0.48, 2: 0.48}) in rows(memory)


def test_14_weak_synapse_disappears_on_reinforcement(backend: str) -> None:
    memory = make(backend, init=0.2, new=4, pdec=0.02).create_segment(
        5, [0, 1, 2, 81], [0.5, 0.5, 0.5, 0.09]
    )
    run(memory, [0])
    grown = set(memory.winners.tolist()) - {0, 1, 2}
    run(memory, [1])
    assert set(rows(memory)[0][1]) == {0, 1, 2} | grown


def test_15_full_segment_swaps_its_weakest(backend: str) -> None:
    memory = make(backend, cells=1, min=1, inc=0.02, dec=0.02, syn=4)
    memory.create_segment(4, [0, 1, 31], [0.11, 0.20, 0.6])
    run(memory, [1, 2, 3], [4])
    assert set(rows(memory)[0][1]) == {1, 2, 3, 31}


def test_16_full_cell_loses_its_oldest_of_equals(backend: str) -> None:
    memory = make(backend, cells=1, init=0.5, inc=0.02, dec=0.02, seg=2)
    for code in ([0, 1, 2], [3, 4, 5], [6, 7, 8]):
        memory.reset()
        run(memory, code, [9])
        assert sum(cell == 9 for cell, _ in rows(memory)) <= 2
    assert [set(s) for cell, s in rows(memory) if cell == 9] == [{3, 4, 5}, {6, 7, 8}]


def test_17_punished_segment_disappears(backend: str) -> None:
    memory = make(backend, pdec=0.02).create_segment(5, [0, 1, 2, 3], 0.015)
    run(memory, [0], [2])
    assert all(cell != 5 for cell, _ in rows(memory))


def test_18_punishment_spares_silent_sources(backend: str) -> None:
    memory = (
        make(backend, pdec=0.02)
        .create_segment(42, [0, 1, 2, 81], 0.5)
        .create_segment(43, [0, 1, 81], 0.5)
    )
    run(memory, [0], [1])
    found = dict(rows(memory))
    assert found[42] == {0: 0.48, 1: 0.48, 2: 0.48, 81: 0.5}
    assert found[43] == {0: 0.48, 1: 0.48, 81: 0.5}


def test_19_new_segment_on_a_least_used_cell(backend: str) -> None:
    memory = (
        make(backend, pdec=0.02, new=4, init=0.2)
        .create_segment(0, [4], 0.5)
        .create_segment(3, [5], 0.5)
    )
    run(memory, [1, 2, 3, 4])
    run(memory, [0])
    assert len(rows(memory)) == 3
    ((_, synapses),) = [(c, s) for c, s in rows(memory) if c in (1, 2)]
    assert set(synapses.values()) == {0.2}
    assert sorted(s // 4 for s in synapses) == [1, 2, 3, 4]


def test_20_no_negative_growth(backend: str) -> None:
    memory = make(backend, init=0.2, new=4).create_segment(8, range(8), 0.2)
    run(memory, [0, 1, 3, 4], [2])
    assert rows(memory) == [(8, dict.fromkeys(range(8), 0.3))]


def test_connected_and_potential_synapses(backend: str) -> None:
    memory = make(backend, act=1, min=1).create_segment(9, [0, 1], [0.85, 0.15])
    run(memory, [0], learn=False)
    reach = memory._reached()
    assert (reach.active.size, reach.matching_counts.tolist()) == (1, [2])
    stricter = make(backend, act=2, min=2).create_segment(9, [0, 1], [0.85, 0.15])
    run(stricter, [0], learn=False)
    assert (stricter._reached().active.size, stricter._reached().matching.size) == (0, 1)


def test_permanences_stop_at_both_ends(backend: str) -> None:
    memory = make(backend, act=1, min=1, dec=0.01).create_segment(4, [0, 90], [0.91, 0.004])
    run(memory, [0], [1])
    assert rows(memory)[0][1][0] == 1.0
    assert 90 not in rows(memory)[0][1]


def test_raw_anomaly(backend: str) -> None:
    memory = make(backend).create_segment(4, [0, 1, 2], 0.5)
    run(memory, [0], learn=False)
    assert memory.step(SDR([1, 2], COLUMNS), learn=False).anomaly == 0.5
    memory.reset()
    run(memory, [0], learn=False)
    assert memory.step(SDR([1], COLUMNS), learn=False).anomaly == 0
    assert memory.step(SDR([7], COLUMNS), learn=False).anomaly == 1
    assert memory.step(SDR([], COLUMNS), learn=False).anomaly == 0


def same(a: TemporalMemory, b: TemporalMemory) -> None:
    assert np.array_equal(a.active, b.active)
    assert np.array_equal(a.winners, b.winners)
    for x, y in zip(a.listing(), b.listing(), strict=True):
        assert np.array_equal(x, y)


@given(st.integers(0, 2**32 - 1), st.data())
@settings(max_examples=25)
def test_fast_equals_naive(seed: int, data: st.DataObject) -> None:
    changes = {
        "seed": seed,
        "pdec": data.draw(st.sampled_from([0.0, 0.05])),
        "syn": data.draw(st.sampled_from([3, 5, 255])),
        "seg": data.draw(st.sampled_from([1, 2, 255])),
        "init": data.draw(st.sampled_from([0.21, 0.5])),
        "cells": data.draw(st.sampled_from([1, 4])),
    }
    fast = make("cpu", **changes)
    slow = make("naive", **changes)
    words = data.draw(
        st.lists(st.sets(st.integers(0, COLUMNS - 1), max_size=5), min_size=2, max_size=4)
    )
    for word in data.draw(st.lists(st.sampled_from(words), max_size=25)):
        code = SDR(sorted(word), COLUMNS)
        assert fast.step(code).anomaly == slow.step(code).anomaly
        assert np.array_equal(fast.predictive, slow.predictive)
    same(fast, slow)


def songs(n: int, seed: int = 0) -> list[SDR]:
    rng = np.random.default_rng(seed)
    words = [SDR.random(COLUMNS, 5 / COLUMNS, rng) for _ in range(6)]
    return [words[i] for i in np.tile([0, 1, 2, 3, 4, 5, 2, 1], n)[: 8 * n]]


def test_links_stay_in_step_with_synapses() -> None:
    memory = make(pdec=0.05, syn=6, seg=3, init=0.4)
    memory.partial_fit(songs(20)).partial_fit(
        [SDR.random(COLUMNS, 0.15, k) for k in range(200)]
    )
    s = memory.segments
    found = memory.listing()
    assert found.source.size > 100
    linked = set()
    for cell in range(memory.n_cells):
        for q in range(s.out_start[cell], s.out_start[cell] + s.out_length[cell]):
            p = s.start[s.out_segment[q]] + s.out_place[q]
            assert s.source[p] == cell
            assert s.link[p] == q - s.out_start[cell]
            linked.add((int(s.out_segment[q]), int(s.out_place[q])))
    assert len(linked) == found.source.size == s.out_length.sum()
    assert np.array_equal(np.bincount(found.cell, minlength=memory.n_cells), s.owned)


@pytest.mark.parametrize("reader", ["cpu", "naive"])
def test_save_load_continue_equals_continue(
    tmp_path: Path, backend: str, reader: str
) -> None:
    memory = make(backend, pdec=0.02, syn=8, seg=2).partial_fit(songs(5))
    memory.save(tmp_path / "memory.npz")
    loaded = TemporalMemory.load(tmp_path / "memory.npz", backend=reader)
    same(memory, loaded)
    assert memory.listing().cell.size > 5
    for code in songs(6, seed=1):
        assert memory.step(code).anomaly == loaded.step(code).anomaly
    same(memory, loaded)


def test_learns_sequences_with_context() -> None:
    rng = np.random.default_rng(0)
    a, b, c, d, x, y = (SDR.random(512, 20 / 512, rng) for _ in range(6))
    memory = TemporalMemory(512, 8, permanence=SynapsePermanence(punishment=0.02), seed=1)
    for _ in range(40):
        memory.partial_fit([None, a, b, c, d, None, x, b, c, y])
    assert memory.predict([a, b, c])[-1] == d
    assert memory.predict([x, b, c])[-1] == y
    assert memory.predict([b, c])[-1] == (d | y)
    assert memory.transform([a, b]).shape == (2, 4096)


def test_segments_as_connectivity() -> None:
    memory = make().create_segment(4, [0, 1, 2], 0.5).create_segment(9, [1], 0.25)
    c = memory.to_connectivity()
    assert (c.n_pre, c.n_post, c.nnz) == (memory.n_cells, 2, 4)
    assert sorted(c.weights_array().tolist()) == [0.25, 0.5, 0.5, 0.5]


def test_refusals(tmp_path: Path) -> None:
    memory = make()
    for call, words in [
        (lambda: memory.step(SDR([0], 9)), "columns"),
        (lambda: memory.create_segment(999, [0], 0.5), "cell: got 999"),
        (lambda: memory.create_segment(2.5, [0], 0.5), "cell: got 2.5"),
        (lambda: memory.create_segment(0, [2**63], 0.5), "cells from 0"),
        (lambda: memory.create_segment(0, [1, 2], [0.5] * 3), "permanence: .*or 2"),
        (lambda: memory.create_segment(0, [1], "x"), "permanence: got 'x'"),
        (lambda: memory.create_segment(0, [-1], 0.5), "cells from 0"),
        (lambda: memory.create_segment(0, [1], 1.5), "permanence"),
        (lambda: SegmentThresholds(2, 3), "matching <= active"),
        (lambda: SynapsePermanence(punishment=-0.1), "punishment"),
        (lambda: Growth(0), "new_synapses"),
        (lambda: make(cells=0), "cells_per_column"),
        (lambda: make(seed=-1), "seed"),
        (lambda: make("gpu"), "backend"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
    for bad in (
        lambda: SegmentThresholds(2.5, 1.5),
        lambda: Growth(2.5),
        lambda: TemporalMemory(8, 4.0),
    ):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="wants a whole number"):
            bad()
    with pytest.warns(UserWarning, match="threshold 3 is above the 2 synapses"):
        make(syn=2)
    memory.save(tmp_path / "m.npz")
    with pytest.raises(ValueError, match="saved TemporalMemory"):
        SpatialPooler.load(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as file:
        arrays = {k: file[k] for k in file.files}
    np.savez(tmp_path / "bad.npz", **(arrays | {"active": np.array([10**6], np.int32)}))
    with pytest.raises(ValueError, match="active outside"):
        TemporalMemory.load(tmp_path / "bad.npz")
    np.savez(tmp_path / "bad.npz", **(arrays | {"cell": np.array([1.0])}))
    with pytest.raises(ValueError, match="'cell' that is float64"):
        TemporalMemory.load(tmp_path / "bad.npz")


def test_codes_of_a_pooler_are_rows_to_learn_from() -> None:
    codes = SpatialPooler(30, 64, seed=1).transform(np.eye(5, 30))
    one, other = (
        TemporalMemory(64, 4, thresholds=SegmentThresholds(2, 1), seed=1) for _ in range(2)
    )
    one.partial_fit(codes).partial_fit(codes)
    other.partial_fit([SDR.from_dense(row) for row in codes.toarray()]).partial_fit(
        codes.toarray()
    )
    assert len(one.listing().cell) > 0
    assert np.array_equal(one.listing().permanence, other.listing().permanence)
    assert one.predict(codes) == other.predict(codes.tocsc())
    before = one.active
    with pytest.raises(ValueError, match=r"sdrs\[1\].*dense row of 64 cells"):
        one.predict([codes.toarray()[0], np.zeros(63)])
    assert one.active is before  # also after an error
    with pytest.raises(TypeError, match="sdr: .* wants an SDR"):
        one.step(codes.toarray()[0])


def test_codes_of_too_few_columns_are_told_once() -> None:
    memory = TemporalMemory(64, 4, seed=1)
    codes = [SDR(range(k, k + 5), 64) for k in range(0, 20, 5)]
    with pytest.warns(
        UserWarning, match="matching=10 is above the 5 active columns"
    ) as seen:
        memory.partial_fit(codes * 10)
    assert len(seen) == 1
    memory = TemporalMemory(64, 4, thresholds=SegmentThresholds(4, 3), seed=1)
    for _ in range(10):
        memory.partial_fit(codes)
