"""The stream detector on the Numenta Anomaly Benchmark, one configuration for all streams.

Needs $NEUROSPARSE_DATA/nab with the folders data and labels of github.com/numenta/NAB. Every
detector is scored by the benchmark's rule, first with the best threshold for the corpus, as it does
itself, then with each folder judged by what is best on the other folders: the threshold, and with
`--choose` the settings of the alarm too, which is how those of the library were found. The windowed
Gaussian stands beside each figure, once as published and once with its events told once, as ours
are. The table stands for the streams that are there; published scores are for all 58. `--raw
FOLDER` keeps the raw scores of the temporal memory there and reuses them, as they take most of the
time.
"""

import argparse
import os
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from harness import Gate, Report
from htm_parts.folders import left_out

from neurosparse.analysis import (
    NAB_PROFILES,
    NullDetector,
    RandomDetector,
    Stream,
    WindowedGaussian,
    nab_table,
    read_nab_windows,
    read_stream,
)
from neurosparse.htm import Alarm, AnomalyDetector, DetectorSettings

Windows = dict[str, list[tuple[int, int]]]
Scores = dict[str, np.ndarray]
# Numenta's own, the lower of two versions, on all 58 streams: README of numenta/NAB
PUBLISHED = {"standard": 69.7, "reward_low_fp": 61.7, "reward_low_fn": 74.2}
ALARM = Alarm()
SETTINGS = DetectorSettings()
PERIODS = (100, 150)
SHORT = (10, 20)
MARGINS = (0.02, 0.05)
LEVELS = (5.0, 10.0)
QUICK = (
    "realKnownCause/rogue_agent_key_hold.csv",
    "realAWSCloudwatch/iio_us-east-1_i-a2eb1cd9_NetworkIn.csv",
)


def corpus(quick: bool) -> tuple[dict[str, Stream], Windows]:
    """Streams by name and their windows."""
    root = Path(os.environ.get("NEUROSPARSE_DATA", "")) / "nab"
    if not (root / "labels").is_dir():
        sys.exit(
            f"{root}: no folder labels; "
            "run: git clone https://github.com/numenta/NAB $NEUROSPARSE_DATA/nab"
        )
    files = sorted((root / "data").rglob("*.csv"))
    names = [path.relative_to(root / "data").as_posix() for path in files]
    names = [name for name in names if not quick or name in QUICK]
    streams = {name: read_stream(root / "data" / name, ordered=False) for name in names}
    return streams, read_nab_windows(root / "labels" / "combined_windows.json", streams)


def detector(stream: Stream, settings: DetectorSettings = SETTINGS) -> AnomalyDetector:
    """A fresh detector, scaled by the range of a stream as NAB allows."""
    return AnomalyDetector(float(stream.values.min()), float(stream.values.max()), settings)


def raw_scores(name: str, stream: Stream, folder: Path | None) -> np.ndarray:
    """Raw scores of the temporal memory, from the folder where they are there already."""
    file = folder / f"{name.replace('/', '--')}.npy" if folder else None
    if file is not None and file.exists():
        return np.asarray(np.load(file, allow_pickle=False))
    model = detector(stream)
    scores = [
        model.step(t, float(v)).raw
        for t, v in zip(stream.times, stream.values, strict=True)
    ]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, np.array(scores))
    return np.array(scores)


def ours(stream: Stream, raw: np.ndarray, alarm: Alarm = ALARM) -> np.ndarray:
    """Judge raw scores by a fresh detector."""
    # judging needs no memory: a small one is made at once
    model = detector(stream, DetectorSettings(columns=64, cells_per_column=1, alarm=alarm))
    pairs = zip(raw.tolist(), stream.values.tolist(), strict=True)
    return np.array([model.judge(r, v).score for r, v in pairs])


def alarms() -> dict[str, Alarm]:
    """Settings of the alarm to choose from, by what they change."""
    grid = product(PERIODS, SHORT, MARGINS, LEVELS)
    return {
        f"period {p}, short {s}, margin {m}, level {level:g}": replace(
            ALARM, period=p, short=s, margin=m, level=level
        )
        for p, s, m, level in grid
    }


def told_once(scores: np.ndarray, hold: int = ALARM.hold) -> np.ndarray:
    """Scores of which only those above all of the last `hold` rows count, as in our detector."""
    out = scores.copy()
    for row in range(1, len(scores)):
        if scores[row] <= scores[max(0, row - hold) : row].max():
            out[row] *= 0.01
    return out


def gate(streams: dict[str, Stream]) -> Gate:
    """Check the rule on a made case, and that judging apart from stepping changes nothing."""
    out = Gate()
    perfect = np.zeros(100)
    perfect[40] = 1
    out.near("perfect", nab_table({"a": (perfect, [(40, 49)])})["standard"].score, 100)
    stream = min(streams.values(), key=lambda s: len(s.values))
    part = Stream(stream.times[:400], stream.values[:400])
    whole = detector(part)
    rows = [whole.step(t, float(v)) for t, v in zip(part.times, part.values, strict=True)]
    again = ours(part, np.array([row.raw for row in rows]))
    out.true(
        "judging raw scores equals stepping",
        np.array_equal(again, [row.score for row in rows]),
    )
    return out


def peers(streams: dict[str, Stream]) -> dict[str, Scores]:
    """Scores of plain detectors, by name of detector and stream."""
    gaussian = {n: WindowedGaussian()(s.values) for n, s in streams.items()}
    return {
        "windowed Gaussian": gaussian,
        "windowed Gaussian, told once": {n: told_once(x) for n, x in gaussian.items()},
        "null": {n: NullDetector()(s.values) for n, s in streams.items()},
    }


def whole_corpus(
    report: Report, case: str, best: Scores, raw: Scores, plain: dict, windows: Windows
) -> None:
    """Each detector at its best threshold for the corpus, as the benchmark has it."""
    mine = score(best, windows)
    without = score(raw, windows)
    tables = {name: score(scores, windows) for name, scores in plain.items()}
    random = [
        score({n: RandomDetector(seed)(x) for n, x in best.items()}, windows)
        for seed in range(5)
    ]
    tables["random, mean of 5"] = {
        profile: float(np.mean([table[profile] for table in random]))
        for profile in NAB_PROFILES
    }
    tables["Numenta HTM as published, 58 streams"] = PUBLISHED
    for profile in NAB_PROFILES:
        report.add(case, f"{profile}, raw scores", "score", without[profile], higher=True)
        for name, table in tables.items():
            # on the same level as published would be 1
            goal = 1.0 if table is PUBLISHED and profile == "standard" else None
            figures = (mine[profile], table[profile] or None)
            report.add(
                case, profile, "score", *figures, peer_name=name, goal=goal, higher=True
            )


def other_folders(
    report: Report, case: str, best: Scores, plain: dict, windows: Windows
) -> None:
    """Each folder at the threshold that is best on the others."""
    for name, profile in NAB_PROFILES.items():
        mine, _ = left_out({"": best}, windows, profile)
        for peer in ("windowed Gaussian", "windowed Gaussian, told once"):
            theirs, _ = left_out({"": plain[peer]}, windows, profile)
            report.add(case, name, "score", mine, theirs, peer_name=peer, higher=True)


def choose(report: Report, case: str, streams: dict, raw: Scores, windows: Windows) -> None:
    """Settings and threshold of each folder from the others, and what all folders choose."""
    profile = NAB_PROFILES["standard"]
    candidates = {
        label: {n: ours(s, raw[n], alarm) for n, s in streams.items()}
        for label, alarm in alarms().items()
    }
    one = {
        label: left_out({"": scores}, windows, profile)[0]
        for label, scores in candidates.items()
    }
    for label in sorted(one, key=one.__getitem__, reverse=True)[:8]:
        print(f"{one[label]:.1f} with the threshold of the other folders: {label}")
    nested, chosen = left_out(candidates, windows, profile)
    for folder, label in chosen.items():
        print(f"{folder}: the others choose {label}")
    gaussian = {n: WindowedGaussian()(s.values) for n, s in streams.items()}
    theirs, _ = left_out({"": gaussian}, windows, profile)
    name = "windowed Gaussian"
    report.add(case, "standard", "score", nested, theirs, peer_name=name, higher=True)


def main() -> None:
    """Score all detectors and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two short streams only")
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="write the rows to this file"
    )
    parser.add_argument(
        "--raw", type=Path, metavar="FOLDER", help="keep and reuse raw scores here"
    )
    parser.add_argument(
        "--choose", action="store_true", help="compare settings of the alarm, too"
    )
    args = parser.parse_args()
    streams, windows = corpus(args.quick)
    gate(streams).demand()
    plain = peers(streams)
    raw = {n: raw_scores(n, s, args.raw) for n, s in streams.items()}
    best = {n: ours(s, raw[n]) for n, s in streams.items()}
    report = Report("numpy", "numba", repeats=1)
    case = f"NAB, {len(streams)} streams, {sum(map(len, windows.values()))} windows"
    whole_corpus(report, case, best, raw, plain, windows)
    if not args.quick:
        other = f"{case}, threshold of the other folders"
        other_folders(report, other, best, plain, windows)
    if args.choose:
        other = f"{case}, settings and threshold of the other folders"
        choose(report, other, streams, raw, windows)
    report.finish(args.json)


def score(scores: Scores, windows: Windows) -> dict[str, float]:
    """Normalised score by profile, each at the corpus's best threshold."""
    results = nab_table({name: (scores[name], windows[name]) for name in scores})
    return {profile: result.score for profile, result in results.items()}


if __name__ == "__main__":
    main()
