"""`neurosparse analyze GRAPH…`: what a graph is like, and what chance would give."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurosparse.cli.graphs import Columns, Ids, Population, Separator, Types, Within

if TYPE_CHECKING:
    from neurosparse.analysis import GraphTable
    from neurosparse.cli.graphs import NamedGraph


def analyze(
    graphs: Annotated[
        list[str],
        typer.Argument(
            help="files (npz, csv, tsv, csv.gz, parquet, graphml, gexf, h5, zarr), "
            "or larva_brain, celegans[:WHICH]"
        ),
    ],
    nulls: Annotated[
        int, typer.Option(min=0, help="random graphs with the same degrees to compare with")
    ] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="of nulls, samples and the search for communities")
    ] = 0,
    sources: Annotated[
        int | None,
        typer.Option(
            min=1, help="neurons to measure paths from  [default: all of 1,024, or 128]"
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="nulls measured at once  [default: all processors]"),
    ] = None,
    dt: Annotated[
        float, typer.Option(help="step in ms, for SONATA files, whose delays are in ms")
    ] = 0.1,
    between: Annotated[
        bool,
        typer.Option(
            "--between",
            help="graphs join two populations, also where these are of one size",
        ),
    ] = False,
    within: Within = False,
    types: Types = None,
    population: Population = None,
    columns: Columns = None,
    sep: Separator = None,
    ids: Ids = False,
    figures: Annotated[
        Path | None, typer.Option(help="folder for the figures, as PNG files")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of a table")
    ] = False,
) -> None:
    """Measure graphs against random ones with the same degrees; several are set side by side."""
    from neurosparse.analysis import GraphComparison
    from neurosparse.cli.graphs import load, read_options, squared

    if figures is not None and figures.exists() and not figures.is_dir():
        fault = f"figures: got {str(figures)!r}, which is a file"
        raise ValueError(f"{fault}, wants a folder, there or not")
    if len(set(graphs)) < len(graphs):
        raise ValueError(f"graphs: got {' '.join(graphs)}, wants each only once")
    if between and within:
        raise ValueError("within: got --between and --within, wants one of them")
    reading = read_options(types, population, columns, sep, ids)
    loaded = [load(source, dt, options=reading) for source in graphs]
    if within:
        loaded = [
            graph._replace(connectivity=squared(graph.connectivity)) for graph in loaded
        ]
    if len({graph.name for graph in loaded}) < len(loaded):
        loaded = [
            graph._replace(name=source)
            for graph, source in zip(loaded, graphs, strict=True)
        ]
    options = {
        "nulls": nulls,
        "sources": sources,
        "rng": seed,
        "threads": threads,
        "between": between or None,
    }
    tables = [measured(graph, options) for graph in loaded]
    if json:
        print(as_json(tables, seed))
    else:
        print(tables[0] if len(tables) == 1 else GraphComparison(tuple(tables)))
    if figures is not None:
        for graph, table in zip(loaded, tables, strict=True):
            several = len(tables) > 1
            folder = figures / graph.name.replace("/", "_") if several else figures
            draw(graph, table, folder, quiet=json)


def measured(graph: "NamedGraph", options: dict[str, Any]) -> "GraphTable":
    """Describe one graph, with a bar where that takes long."""
    from neurosparse.analysis import describe
    from neurosparse.console import bar

    with bar(f"measuring {graph.name}") as progress:
        return describe(graph.connectivity, name=graph.name, progress=progress, **options)


def as_json(tables: "list[GraphTable]", seed: int) -> str:
    """One object a graph, in a list when there are several; NaN is null."""
    import json

    from neurosparse.cli.versions import versions

    objects = [
        {
            "graph": table.name,
            "nulls": table.nulls,
            "seed": seed,
            "versions": versions(),
            "rows": table.to_dicts(),
        }
        for table in tables
    ]
    return json.dumps(
        objects[0] if len(objects) == 1 else objects, indent=2, allow_nan=False
    )


def draw(graph: "NamedGraph", table: "GraphTable", folder: Path, *, quiet: bool) -> None:
    """Write every figure that the graph affords."""
    from neurosparse.analysis import plot_gallery
    from neurosparse.analysis.plots.style import figure_of
    from neurosparse.store.single import new_file

    for name, ax in plot_gallery(graph.connectivity, table, groups=graph.groups):
        path = folder / f"{name}.png"
        with new_file(path) as temporary:
            figure_of(ax).savefig(temporary, dpi=200, format="png")
        if not quiet:
            print(path)
