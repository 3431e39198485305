"""The stream detector on the Numenta Anomaly Benchmark, one configuration for all streams.

Needs $NEUROSPARSE_DATA/nab with the folders data and labels of github.com/numenta/NAB. Every
detector is scored by the benchmark's rule with one threshold for the corpus, the best for each
profile. The table stands for the streams that are there; published scores are for all 58. `--raw
FOLDER` keeps the raw scores of the temporal memory there and reuses them, as they take most of the
time.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
from harness import Gate, Report

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
from neurosparse.htm import AnomalyDetector

Windows = dict[str, list[tuple[int, int]]]
Scores = dict[str, np.ndarray]
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


def detector(stream: Stream) -> AnomalyDetector:
    """A fresh detector, scaled by the range of a stream as NAB allows."""
    return AnomalyDetector(float(stream.values.min()), float(stream.values.max()))


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


def ours(stream: Stream, raw: np.ndarray) -> np.ndarray:
    """Judge raw scores by a fresh detector."""
    model = detector(stream)
    return np.array(
        [
            model.judge(float(r), float(v)).score
            for r, v in zip(raw, stream.values, strict=True)
        ]
    )


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
    args = parser.parse_args()
    streams, windows = corpus(args.quick)
    gate(streams).demand()
    found = {
        "windowed Gaussian": {n: WindowedGaussian()(s.values) for n, s in streams.items()},
        "null": {n: NullDetector()(s.values) for n, s in streams.items()},
    }
    for seed in range(5):
        found[f"random {seed}"] = {
            n: RandomDetector(seed)(s.values) for n, s in streams.items()
        }
    raw = {n: raw_scores(n, s, args.raw) for n, s in streams.items()}
    best = score({n: ours(s, raw[n]) for n, s in streams.items()}, windows)
    raw_best = score(raw, windows)
    tables = {name: score(scores, windows) for name, scores in found.items()}
    tables["random, mean of 5"] = {
        profile: float(np.mean([tables[f"random {seed}"][profile] for seed in range(5)]))
        for profile in NAB_PROFILES
    }
    report = Report("numpy", "numba", repeats=1)
    case = f"NAB, {len(streams)} streams, {sum(map(len, windows.values()))} windows"
    for profile in NAB_PROFILES:
        goal = 55 if profile == "standard" and not args.quick else None
        report.add(case, profile, "score", best[profile], goal=goal, higher=True)
        report.add(case, f"{profile}, raw scores", "score", raw_best[profile], higher=True)
        for name in ("windowed Gaussian", "random, mean of 5", "null"):
            peer = tables[name][profile]
            report.add(
                case,
                profile,
                "score",
                best[profile],
                peer or None,
                peer_name=name,
                higher=True,
            )
    report.finish(args.json)


def score(scores: Scores, windows: Windows) -> dict[str, float]:
    """Normalised score by profile, each at the corpus's best threshold."""
    results = nab_table({name: (scores[name], windows[name]) for name in scores})
    return {profile: result.score for profile, result in results.items()}


if __name__ == "__main__":
    main()
