"""`neurosparse convert IN OUT`: a graph from one file format into another."""

from pathlib import Path
from typing import Annotated, Any

import typer

from neurosparse.cli.graphs import Columns, Ids, Population, Separator, Types, Within


def convert(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN", help="a file, larva_brain, celegans[:WHICH], or a run folder"
        ),
    ],
    target: Annotated[
        Path, typer.Argument(metavar="OUT", help="its ending says the format")
    ],
    dt: Annotated[
        float, typer.Option(help="step in ms, for SONATA files, whose delays are in ms")
    ] = 0.1,
    types: Types = None,
    population: Population = None,
    columns: Columns = None,
    sep: Separator = None,
    ids: Ids = False,
    within: Within = False,
    force: Annotated[
        bool, typer.Option("--force", help="replace OUT where it exists")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of a line")
    ] = False,
) -> None:
    """Convert a graph: npz, csv, tsv, csv.gz, parquet, graphml, gexf, h5 (SONATA) and zarr.

    All keep order, weights and delays.

    A run folder or recording becomes an .nwb file with its spikes and variables.
    """
    from neurosparse.cli.datasets import print_json
    from neurosparse.cli.graphs import load, read_options, squared
    from neurosparse.console import bar
    from neurosparse.io import write_graph
    from neurosparse.io.formats import ending

    options = read_options(types, population, columns, sep, ids)
    if target.suffix.lower() != ".nwb":
        ending(target)
    if target.exists() and not force:
        remedy = "choose another name, or --force to replace it"
        raise FileExistsError(f"{target}: is there already; {remedy}")
    if target.suffix.lower() == ".nwb":
        summary, words = export(Path(source), target)
    else:
        with bar(f"reading {source}") as progress:
            graph = load(source, dt, progress=progress, options=options).connectivity
        graph = squared(graph) if within else graph
        with bar(f"writing {target}") as progress:
            write_graph(target, graph, dt=dt, progress=progress)
        summary = {
            "out": str(target),
            "n_pre": graph.n_pre,
            "n_post": graph.n_post,
            "synapses": graph.nnz,
        }
        words = (
            f"{target}: {graph.n_pre:,} to {graph.n_post:,} neurons, {graph.nnz:,} synapses"
        )
    if json:
        print_json(summary)
    else:
        print(words)


def export(source: Path, target: Path) -> tuple[dict[str, Any], str]:
    """Write the recording of a run as NWB; say what was written, as JSON and in words."""
    from neurosparse.io import write_nwb
    from neurosparse.recording import open_run
    from neurosparse.recording.length import duration
    from neurosparse.store.single import reading

    folder = source / "recording.zarr"
    recording = folder if folder.is_dir() else source
    with reading(recording, "a recording that is whole", OSError):
        run = open_run(recording)
        write_nwb(target, run, stop=duration(run))
    summary = {
        "out": str(target),
        "populations": list(run.spikes),
        "variables": [list(key) for key in run.states],
    }
    return summary, f"{target}: {len(run.spikes)} populations, {len(run.states)} variables"
