"""`neurosparse report RUN`: one HTML page about a run, training, comparison, benchmark or graph."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            help="a run folder, recording, training log (csv, zarr), comparison (folder or json), "
            "benchmark json, or what `analyze --json` printed",
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

    page = write(source, out, title=title)
    if json:
        print_json({"page": str(page)})
    else:
        print(page)
