"""`neurosparse sweep study.toml`: one model at every point of a grid, or where a search leads."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from neurosparse.studies import StudyTable

INTERRUPTED = 130


def sweep(
    study: Annotated[Path, typer.Argument(help="a study in TOML, which names its model")],
    out: Annotated[
        Path | None, typer.Option(help="folder of results  [default: runs/NAME.zarr]")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="processes of this machine  [default: its processors]"),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(metavar="URL", help="of a dask scheduler: tcp://login1:8786")
    ] = "",
    cluster: Annotated[
        str, typer.Option(help="slurm (dask-jobqueue) or slurm-array (submitit)")
    ] = "",
    jobs: Annotated[int, typer.Option(help="of SLURM, at most")] = 4,
    cores: Annotated[int, typer.Option(help="of a job of SLURM")] = 1,
    memory: Annotated[float, typer.Option(help="of a job of SLURM, or a worker, GB")] = 4.0,
    walltime: Annotated[str, typer.Option(help="of a job of SLURM")] = "01:00:00",
) -> None:
    """Run a model at every point of a study; the same command goes on after any end.

    FOLDER/table.csv has a row for each trial, also while it runs.
    """
    from neurosparse.cli.studies.file import read_study_file
    from neurosparse.studies import run_study, search_study

    file = read_study_file(study)
    folder = out or Path("runs") / f"{study.stem}.zarr"
    place = where(workers, scheduler, cluster, jobs, cores, memory, walltime)
    try:
        search = file.table.search
        if search is not None:
            table = search_study(
                file.study,
                file.space,
                folder,
                place,
                trials=search.trials,
                minimize=search.minimize,
                maximize=search.maximize,
                progress=True,
            )
        else:
            table = run_study(file.study, folder, place, progress=True)
    except KeyboardInterrupt as stop:
        typer.echo(
            f"neurosparse: stopped; complete trials are in {folder}, the same command goes on",
            err=True,
        )
        raise typer.Exit(getattr(stop, "code", INTERRUPTED)) from None
    except RuntimeError as error:
        # more than half of the first trials failed
        raise ValueError(f"{study}: {error}") from error
    summarise(table, folder)


def where(
    workers: int | None,
    scheduler: str,
    cluster: str,
    jobs: int,
    cores: int,
    memory: float,
    walltime: str,
) -> Any:
    """The place that the options mean.

    Raises:
        ValueError: two places at once, or an unknown one.

    >>> where(2, "", "", 4, 1, 4.0, "01:00:00")
    Local(workers=2, memory=4000000000.0, threads=1)
    """
    from neurosparse.errors import bad_argument, unknown_name
    from neurosparse.studies import Address, Local, Slurm, SlurmArray

    if bool(scheduler) + bool(cluster) + (workers is not None) > 1:
        raise bad_argument("--cluster", cluster, "one of --workers, --scheduler, --cluster")
    if scheduler:
        return Address(scheduler)
    if cluster == "slurm":
        return Slurm(jobs, cores, f"{memory:g}GB", walltime)
    if cluster == "slurm-array":
        return SlurmArray(jobs, cores, memory, walltime)
    if cluster:
        raise unknown_name("--cluster", cluster, ("slurm", "slurm-array"))
    more = {} if workers is None else {"workers": workers}
    return Local(memory=memory * 1e9, **more)


def summarise(table: "StudyTable", folder: Path) -> None:
    """Print a line for each measure, and what failed."""
    import numpy as np

    for name in table.measures:
        column = table[name if name in table.columns else f"measure {name}"]
        finite = column[np.isfinite(column)]
        ends = (
            f"{finite.min():.4g} to {finite.max():.4g}"
            if finite.size
            else "nothing but NaN"
        )
        print(f"{name}: {ends}")
    for failure in list(table.failures.values())[:3]:
        print(f"failed at {failure['point']}: {failure['error']}")
    count = f"{len(table)} trials"
    failed = f", {len(table.failures)} failed" if table.failures else ""
    print(f"{count}{failed}; table: {folder / 'table.csv'}")
