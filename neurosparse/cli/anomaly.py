"""`neurosparse anomaly`: judge every row of a CSV file, write and draw what was found."""

from pathlib import Path
from typing import Annotated

import typer


def anomaly(
    file: Annotated[
        Path, typer.Argument(help="CSV file with a column of times and one of values")
    ],
    out: Annotated[Path, typer.Option(help="folder for table, NAB result and plot")] = Path(
        "runs/anomaly"
    ),
    window: Annotated[
        list[str] | None,
        typer.Option(
            help="a labelled window, FROM/TO in ISO time, "
            "as 2020-01-31T12:00/2020-01-31T18:00; may repeat"
        ),
    ] = None,
    windows: Annotated[
        Path | None,
        typer.Option(
            help="JSON file of windows: a list of [FROM, TO], or NAB's combined_windows.json"
        ),
    ] = None,
    columns: Annotated[
        str, typer.Option(help="names of the columns of times and values, TIME,VALUE")
    ] = "timestamp,value",
) -> None:
    """Find anomalies in a stream: score of every row, a plot, and a result as NAB stores it."""
    from neurosparse.analysis import anomaly_report, read_time_windows
    from neurosparse.htm import DetectorSettings

    spans = [_span(text) for text in window or ()]
    if windows is not None:
        spans += read_time_windows(windows, file)
    time, _, value = columns.partition(",")
    job = anomaly_report(file, out, windows=spans, columns=(time, value))
    score = job.judged.score
    times = job.stream.times
    print(f"rows       {len(times)}; highest scores:")
    learning = DetectorSettings().alarm.period
    if len(times) <= learning:
        print(
            f"           none: the first {learning} rows are for learning and have score 0"
        )
    for row in job.worst():
        print(
            f"           {score[row]:.3f} at {times[row]}, value {job.stream.values[row]:g}"
        )
    gaussian = job.nab_of_gaussian() if spans else {}
    for profile, result in job.nab().items() if spans else ():
        windows_hit = f"{result.hits} of {result.hits + result.misses} windows"
        alarms = f"({windows_hit}, {result.false_alarms} false alarms)"
        nab_score = f"{result.score:.1f} at threshold {result.threshold:.3f}"
        beside = f"a windowed Gaussian {gaussian[profile].score:.1f}"
        print(f"NAB        {profile}: {nab_score} {alarms}; {beside}")
    for kind, path in job.paths.items():
        print(f"{kind:10} {path}")


def _span(text: str) -> tuple[str, str]:
    from neurosparse.errors import bad_argument

    first, middle, last = text.partition("/")
    if not middle:
        remedy = "write --window 2020-01-31T12:00/2020-01-31T18:00"
        raise bad_argument("--window", text, "FROM/TO", remedy)
    return first, last
