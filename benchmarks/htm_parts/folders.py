"""Scores of detectors on folders of streams that had no part in what was chosen."""

from collections.abc import Iterable, Mapping

import numpy as np

from neurosparse.analysis import NabProfile, judged_rows, nab_score

Windows = Mapping[str, list[tuple[int, int]]]
Scores = Mapping[str, np.ndarray]


def left_out(
    candidates: Mapping[str, Scores], windows: Windows, profile: NabProfile
) -> tuple[float, dict[str, str]]:
    """Judge each folder by the candidate and the threshold that are best on all other folders.

    Returns:
        The normalised score of all streams together, and the candidate of each folder.
    """
    folders = sorted({name.split("/")[0] for name in windows})
    gained = possible = 0.0
    chosen = {}
    for folder in folders:
        inside = [name for name in windows if name.startswith(f"{folder}/")]
        others = [name for name in windows if name not in inside]
        ranking = {
            label: nab_score(_rows(scores, windows, others), profile)
            for label, scores in candidates.items()
        }
        best = max(ranking, key=lambda label: ranking[label].score)
        rows = _rows(candidates[best], windows, inside)
        result = nab_score(rows, profile, ranking[best].threshold)
        whole = (profile.hit + profile.miss) * rows.n_windows
        # a folder without windows has no score, but its alarms cost as much
        alarms = profile.false_alarm * result.false_alarms
        gained += result.score / 100 * whole if rows.n_windows else -alarms
        possible += whole
        chosen[folder] = best
    return 100 * gained / possible, chosen


def _rows(scores: Scores, windows: Windows, names: Iterable[str]):
    return judged_rows({name: (scores[name], windows[name]) for name in names})
