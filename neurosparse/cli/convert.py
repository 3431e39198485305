"""`neurosparse convert IN OUT`: a graph from one file format into another."""

from pathlib import Path
from typing import Annotated

import typer


def convert(
    source: Annotated[str, typer.Argument(metavar="IN", help="a file, larva_brain, celegans[:WHICH], or a run folder")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="its ending says the format")],
    dt: Annotated[float, typer.Option(help="step in ms, for SONATA files, whose delays are in ms")] = 0.1,
    force: Annotated[bool, typer.Option("--force", help="replace OUT where it exists")] = False,
) -> None:
    """Convert a graph: npz, csv, parquet, graphml, gexf, h5 (SONATA) and zarr; all keep order, weights and delays.

    A run folder or recording becomes an .nwb file with its spikes and variables.
    """
    from neurosparse.cli.graphs import load
    from neurosparse.io.formats import ending, write_graph

    if target.suffix.lower() != ".nwb":
        ending(target)
    if target.exists() and not force:
        raise FileExistsError(f"{target}: is there already; choose another name, or --force to replace it")
    if target.suffix.lower() == ".nwb":
        return export(Path(source), target)
    graph = load(source, dt).connectivity
    write_graph(target, graph, dt=dt)
    print(f"{target}: {graph.n_pre:,} to {graph.n_post:,} neurons, {graph.nnz:,} synapses")


def export(source: Path, target: Path) -> None:
    """Write the recording of a run as NWB."""
    from neurosparse.io.nwb import write_nwb
    from neurosparse.recording import open_run
    from neurosparse.recording.length import duration

    folder = source / "recording.zarr"
    run = open_run(folder if folder.is_dir() else source)
    write_nwb(target, run, stop=duration(run))
    print(f"{target}: {len(run.spikes)} populations, {len(run.states)} variables")
