"""`neurosparse report RUN`: one HTML page about what lies there."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            help="the folder of a run or experiment, recording, training log (csv, zarr), "
            "comparison (folder or json), benchmark json, or what `analyze --json` printed",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="the page  [default: report.html in the folder, or beside the file]"
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="of the page")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of the name of the page")
    ] = False,
) -> None:
    """Write one self-contained HTML page: figures, sortable tables, configuration, versions."""
    from neurosparse.analysis import report as write
    from neurosparse.cli.datasets import print_json
    from neurosparse.experiment.results import NAME

    if (source / NAME).is_dir():
        page = _experiment(source, out, title)
    else:
        page = write(source, out, title=title)
    if json:
        print_json({"page": str(page)})
    else:
        print(page)


def _experiment(folder: Path, out: Path | None, title: str | None) -> Path:
    """Write the page of an experiment, complete or under way."""
    from neurosparse.experiment import experiment_report, open_evidence

    return experiment_report(
        open_evidence(folder), out, title=title or folder.resolve().name
    )
