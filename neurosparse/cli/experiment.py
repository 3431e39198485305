"""`neurosparse experiment FILE.toml`: run an experiment, and write its page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from neurosparse.experiment import Evidence

INTERRUPTED = 130
SHOWN = 12


def experiment(
    file: Annotated[Path, typer.Argument(help="an experiment in TOML")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="folder of the results; a second call goes on there  [default: runs/NAME]"
        ),
    ] = None,
    processes: Annotated[int, typer.Option(help="that simulate at the same time")] = 1,
    scheduler: Annotated[
        str,
        typer.Option(
            metavar="URL", help="of a dask scheduler, whose workers see the folder too"
        ),
    ] = "",
    report: Annotated[bool, typer.Option(help="write report.html into the folder")] = True,
) -> None:
    """Run an experiment on a connectome, and write one HTML page about it.

    The folder holds the results, the experiment and its page. After Ctrl-C, or a kill, the same
    command goes on where it was.
    """
    from neurosparse.console import bar
    from neurosparse.experiment import experiment_report, read_experiment
    from neurosparse.studies import Address

    design, title = read_experiment(file)
    folder = out or Path("runs") / file.stem
    print(design)
    try:
        with bar("arms") as show:
            place = Address(scheduler) if scheduler else None
            evidence = design.run(folder, processes=processes, progress=show, cluster=place)
    except KeyboardInterrupt as stop:
        typer.echo(f"neurosparse: stopped; the same command goes on in {folder}", err=True)
        raise typer.Exit(getattr(stop, "code", INTERRUPTED)) from None
    # what was read, beside what came of it
    (folder / "experiment.toml").write_bytes(file.read_bytes())
    _show(evidence)
    if report:
        print(experiment_report(evidence, title=title))
    else:
        print(folder)


def _show(evidence: "Evidence") -> None:
    """Print the largest effects as a table."""
    from neurosparse.cli.tables import show as print_table
    from neurosparse.cli.tables import table

    effects = sorted(evidence.effects, key=lambda row: -abs(row.effect))
    controls = list(evidence.about["controls"])
    result = table("arm", "read-out", "effect Hz", "95 %", "q", *controls)
    for row in effects[:SHOWN]:
        nulls = [row.beside.get(name) for name in controls]
        spans = [
            "" if null is None else f"{null.mean:.3g} Hz, q {null.q:.2g}" for null in nulls
        ]
        span = f"{row.low:.3g} .. {row.high:.3g}"
        numbers = (f"{row.effect:.3g}", span, f"{row.q:.2g}")
        result.add_row(row.arm, row.readout, *numbers, *spans)
    if effects:
        print_table(result)
