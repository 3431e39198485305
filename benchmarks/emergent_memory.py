"""The emergent clique memory in the engine: which of the messages' links form, over input gain and
noise.

Eight clusters of 32 units hear 100 messages for 60 cycles each, one after the other, once (Coyac et
al. 2017, arXiv:1709.08367, as read in neurosparse/memory/binary/emergent.py). "Formed" is the share
of the links of a clique memory of the same messages that stand at the end, "false" the links that
it has not. The peer is the same law on dense matrices, which the engine must equal to the bit. No
goal: this is a map. The engine tells scores apart in steps of one whole synapse; FINE shows, by the
law alone, what steps of a twentieth change where insertions are many.

`--figure OUT.png` draws it; `--resume` keeps the cases that the JSON file already holds.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from harness import Gate, Report, arguments, write_json

from neurosparse.memory import CliqueMemory, Emergence, MessageNoise

CLUSTERS = 8
SIZE = 32
MESSAGES = 100
CYCLES = 60
GAINS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
ERASE = (0.0, 0.1, 0.2, 0.3, 0.5)
INSERT = (0.0, 0.05, 0.2, 0.5)
FINE = ((0.2, 0.5), (0.3, 0.5))
RESOLUTION = 0.05


def cases(quick):
    """(gain, erase, insert) of every point: along the gain, then over the noise at gain =
    clusters.
    """
    if quick:
        return [(1.0, 0.0, 0.0), (8.0, 0.0, 0.0), (8.0, 0.2, 0.05)]
    along = [(g, e, i) for e, i in ((0.0, 0.0), (0.1, 0.05)) for g in GAINS]
    return list(dict.fromkeys([*along, *((8.0, e, i) for e in ERASE for i in INSERT)]))


def problem(messages, noise, seed=0):
    """The messages' clique memory, and what the world says of them."""
    rng = np.random.default_rng(seed)
    stored = rng.integers(0, SIZE, (messages, CLUSTERS))
    memory = CliqueMemory(CLUSTERS * SIZE, CLUSTERS)
    memory.store(stored)
    return memory, noise(np.repeat(stored, CYCLES, axis=0), CLUSTERS * SIZE, rng)


def gate():
    """Engine and law agree to the bit on three messages, noisy and quiet, at any gain."""
    checked = Gate()
    for gain, noise in ((8.0, MessageNoise(0.2, 0.5)), (1.0, MessageNoise(0.1, 0.05))):
        _, inputs = problem(3, noise)
        emergence = Emergence(CLUSTERS * SIZE, CLUSTERS, gain)
        ours, law = emergence.run(inputs), emergence.law(inputs)
        same = (ours.fired == law.fired).all() and ours.synapses == law.synapses
        checked.true(
            f"engine = law at gain {gain:g}",
            same and ours.spikes > 0,
            f"{ours.spikes} spikes",
        )
    checked.demand()


def name(gain, erase, insert):
    """A case as it stands in the table."""
    return f"gain {gain:g}, erase {erase:g}, insert {insert:g}"


def point(report, messages, gain, erase, insert):
    """Run one case and add its rows."""
    memory, inputs = problem(messages, MessageNoise(erase, insert))
    begun = time.perf_counter()
    emerged = Emergence(CLUSTERS * SIZE, CLUSTERS, gain).run(inputs)
    seconds = time.perf_counter() - begun
    formed, false = emerged.against(memory)
    case = name(gain, erase, insert)
    report.add(case, "links formed", "share", round(formed, 4), higher=True)
    report.add(case, "false links", "count", false)
    report.add(case, "time of a cycle", "ms", 1000 * seconds / len(inputs))


def fine(report, erase, insert):
    """The law alone, scores told apart more finely."""
    memory, inputs = problem(MESSAGES, MessageNoise(erase, insert))
    formed, false = (
        Emergence(CLUSTERS * SIZE, CLUSTERS, 8.0, resolution=RESOLUTION)
        .law(inputs)
        .against(memory)
    )
    case = f"{name(8.0, erase, insert)}, law at resolution {RESOLUTION:g}"
    report.add(case, "links formed", "share", round(formed, 4), higher=True)
    report.add(case, "false links", "count", false)


def draw(rows, path):
    """Formed links along the gain, and over the noise at gain = clusters."""
    from matplotlib.figure import Figure

    from neurosparse import analysis

    value = {r["case"]: r["ours"] for r in rows if r["metric"] == "links formed"}
    figure = Figure(
        figsize=(2 * analysis.COLUMN_WIDTH, analysis.AXES_HEIGHT),
        layout="constrained",
        dpi=150,
    )
    left, right = figure.subplots(1, 2)
    for colour, (erase, insert) in zip(
        analysis.COLOURS, ((0.0, 0.0), (0.1, 0.05)), strict=False
    ):
        seen = [
            (g, value[name(g, erase, insert)])
            for g in GAINS
            if name(g, erase, insert) in value
        ]
        label = f"erase {erase:g}, insert {insert:g}"
        left.plot(*zip(*seen, strict=True), "o-", color=colour, label=label, markersize=3)
    left.axvline(CLUSTERS, color=analysis.GREY, linewidth=0.8, linestyle=":")
    analysis.finish_axes(
        left,
        "weight of an input spike (gain)",
        "clique links formed",
        "dotted: gain = clusters",
    )
    analysis.add_legend(left)
    grid = np.array([[value.get(name(8.0, e, i), np.nan) for e in ERASE] for i in INSERT])
    image = right.imshow(
        grid, origin="lower", cmap=analysis.COLOUR_MAP, vmin=0, vmax=1, aspect="auto"
    )
    for (y, x), share in np.ndenumerate(grid):
        colour = "white" if share > 0.5 else analysis.INK
        right.text(
            x,
            y,
            f"{share:.2f}",
            ha="center",
            va="center",
            fontsize=analysis.FONT_SIZE - 1,
            color=colour,
        )
    right.set_xticks(range(len(ERASE)), [f"{e:g}" for e in ERASE])
    right.set_yticks(range(len(INSERT)), [f"{i:g}" for i in INSERT])
    analysis.finish_axes(
        right,
        "erased units (probability)",
        "insertions (probability)",
        f"links formed at gain {CLUSTERS}",
    )
    figure.colorbar(image, ax=right)
    figure.savefig(path)


def main():
    """Gate, sweep, table, JSON, figure."""
    argv = sys.argv[1:]
    figure = None
    resume = "--resume" in sys.argv
    if "--figure" in argv:
        at = argv.index("--figure")
        figure = argv[at + 1]
        argv = argv[:at] + argv[at + 2 :]
    args = arguments(__doc__, argv=[a for a in argv if a != "--resume"])
    gate()
    report = Report("numpy", "numba", repeats=1)
    kept = []
    if resume and args.json and Path(args.json).exists():
        kept = json.loads(Path(args.json).read_text())
    done = {row["case"] for row in kept}
    for case in cases(args.quick):
        if name(*case) not in done:
            point(report, 20 if args.quick else MESSAGES, *case)
            if args.json:
                write_json(args.json, [*kept, *(asdict(row) for row in report.rows)])
    for case in () if args.quick else FINE:
        if f"{name(8.0, *case)}, law at resolution {RESOLUTION:g}" not in done:
            fine(report, *case)
    if args.json:
        write_json(args.json, [*kept, *(asdict(row) for row in report.rows)])
    report.show()
    if figure:
        draw([*kept, *(asdict(row) for row in report.rows)], figure)


if __name__ == "__main__":
    main()
