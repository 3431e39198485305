"""A day that comes late: a temporal memory learns a daily rhythm and notices two days out of step.

Run: python examples/anomaly.py [--out figures]
"""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOURS, INK, Stream, finish_axes, judge_stream
from neurosparse.htm import DetectorSettings


def late_days(rows: int) -> list[int]:
    """First rows of the two days that are half a day late."""
    return [int(share * rows) // 24 * 24 + 6 for share in (0.6, 0.85)]


def stream(rows: int) -> Stream:
    """A noisy daily rhythm, a value an hour."""
    hour = np.arange(rows)
    rng = np.random.default_rng(0)
    values = np.sin(2 * np.pi * hour / 24) + 0.5 * np.sin(4 * np.pi * hour / 24 + 1)
    values += 0.03 * rng.standard_normal(rows)
    for first in late_days(rows):
        values[first : first + 24] = values[first + 12 : first + 36]
    return Stream([datetime(2026, 1, 1) + timedelta(hours=int(h)) for h in hour], values)


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Judge every row, print the worst, draw stream and score."""
    rows = 1200 if quick else 2400
    rhythm = stream(rows)
    anomalies = late_days(rows)
    settings = DetectorSettings(columns=256 if quick else 512, cells_per_column=8)
    score = judge_stream(rhythm, settings).score
    known = np.arange(rows) > rows // 4  # it has to hear the rhythm first
    print(
        "late days begin at", " and ".join(str(rhythm.times[first]) for first in anomalies)
    )
    for row in np.argsort(-score * known, kind="stable")[:4]:
        print(f"{rhythm.times[row]}  score {score[row]:.2f}")
    figure = Figure(figsize=(7, 3), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    above.plot(rhythm.times, rhythm.values, color=INK, linewidth=0.5)
    below.vlines(rhythm.times, 0, score, color=COLOURS[1], linewidth=1.0)
    for first in anomalies:
        day = rhythm.times[first], rhythm.times[first + 24]
        above.axvspan(*day, color=COLOURS[4], alpha=0.5, linewidth=0)
    finish_axes(above, "", "value")
    finish_axes(below, "", "anomaly score").set_ylim(0, 1)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "anomaly.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
