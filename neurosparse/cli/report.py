"""`neurosparse report RUN`: one HTML page about a run, a training, a comparison, a benchmark or a
graph.
"""

from pathlib import Path
from typing import Annotated

import typer


def report(
    source: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder, recording, training log (csv, zarr), comparison (folder or json), benchmark json, or what `analyze --json` printed")],  # noqa: E501
    out: Annotated[Path | None, typer.Option(help="the page  [default: report.html in the folder, or beside the file]")] = None,  # noqa: E501
    title: Annotated[str | None, typer.Option(help="of the page")] = None,
    json: Annotated[bool, typer.Option("--json", help="print JSON instead of the name of the page")] = False,
) -> None:  # fmt: skip
    """Write one self-contained HTML page: figures, tables that sort by a click, configuration,
    versions.
    """
    from neurosparse.analysis.reports.build import report as write
    from neurosparse.cli.datasets import print_json

    page = write(source, out, title=title)
    if json:
        print_json({"page": str(page)})
    else:
        print(page)
