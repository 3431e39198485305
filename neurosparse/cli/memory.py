"""`neurosparse memory`: an index of vectors, queries to it, and other ways to retrieve."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from neurosparse.analysis import RetrievalResult
    from neurosparse.kernels.memory.entmax.rules import Rule
    from neurosparse.memory import HopfieldMemory

memory = typer.Typer(
    help="Sparse associative memory: build an index of vectors, query it, compare.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@memory.command("build")
def build(
    vectors: Annotated[
        Path, typer.Argument(help="vectors [n, d]: a .npy file or a Zarr array")
    ],
    index: Annotated[Path, typer.Argument(help="where the memory goes, a folder")],
    double: Annotated[
        bool, typer.Option("--double", help="store float64 instead of float32")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="replace INDEX where it exists")
    ] = False,
) -> None:
    """Copy vectors into a memory that is opened without being read."""
    from neurosparse.memory import build_index

    if index.exists() and not force:
        remedy = "choose another name, or --force to replace it"
        raise FileExistsError(f"{index}: is there already; {remedy}")
    memory = build_index(vectors, index, dtype="float64" if double else "float32")
    megabytes = len(memory) * (memory.d or 0) * memory.dtype.itemsize / 1e6
    patterns = f"{len(memory):,} patterns of width {memory.d}"
    print(f"{index}: {patterns}, {memory.dtype.name}, {megabytes:,.1f} MB")


@memory.command("query")
def query(
    index: Annotated[Path, typer.Argument(help="a memory from `neurosparse memory build`")],
    queries: Annotated[
        Path, typer.Argument(help="queries [n, d] or [d]: a .npy file or a Zarr array")
    ],
    beta: Annotated[float, typer.Option(help="inverse temperature")] = 8.0,
    alpha: Annotated[
        float, typer.Option(help="1 softmax, 1.5, 2 sparsemax, any number of at least 1")
    ] = 2.0,
    steps: Annotated[int, typer.Option(help="updates, exactly that many")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="write the retrieved states [n, d] here, as .npy")
    ] = None,
    threads: Annotated[
        int, typer.Option(help="workers; BLAS may bring its own besides")
    ] = 1,
    compare: Annotated[
        bool, typer.Option("--compare", help="time argmax, attention and FAISS too")
    ] = False,
    repeats: Annotated[int, typer.Option(help="timed runs of each way with --compare")] = 3,
) -> None:
    """Retrieve, and say how many patterns weigh, how often exact search agrees, and the time."""
    import numpy as np

    from neurosparse.memory import HopfieldMemory, open_vectors

    memory = HopfieldMemory.load(index, threads=threads)
    vectors = memory.queries(open_vectors(queries, one=True)[:])
    if repeats < 1:
        raise ValueError(f"repeats: got {repeats}, wants at least 1")
    rows = _rows(memory, vectors, beta, alpha, steps, repeats if compare else 0)
    patterns = f"{len(memory):,} patterns of width {memory.d}"
    _show(rows, len(vectors), f"{patterns}, {len(vectors):,} queries, beta {beta:g}")
    if out is not None:
        from neurosparse.store.single import new_file

        # to an open file: by name, numpy would add an ending
        with new_file(out) as temporary, temporary.open("wb") as file:
            np.save(file, memory.retrieve(vectors, beta, alpha, steps).state)
        print(f"{out}: states after {steps} update{'s' if steps > 1 else ''}")


def _rows(
    memory: "HopfieldMemory",
    vectors: "object",
    beta: float,
    alpha: float,
    steps: int,
    repeats: int,
) -> "list[RetrievalResult]":
    import numpy as np

    from neurosparse.analysis import compare_retrieval
    from neurosparse.analysis.comparison.retrieval import entmax_name, measure_retrieval

    queries = np.asarray(vectors)
    if repeats:
        rules: dict[str, Rule | float] = {
            entmax_name(a): a for a in dict.fromkeys((alpha, 2.0, 1.5, 1.0))
        }
        return compare_retrieval(
            memory, queries, beta=beta, rules=rules, steps=steps, repeats=repeats
        )
    best = memory.patterns[memory.best(queries)[0][:, 0]]
    return [measure_retrieval(memory, queries, (beta, alpha, steps), np.asarray(best))]


def _show(rows: "list[RetrievalResult]", n: int, title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    print(title)
    table = Table(
        "way",
        "support",
        "at most",
        "as exact search",
        "error",
        "ms a query",
        box=box.SIMPLE_HEAD,
    )
    for row in rows:
        table.add_row(
            row.name,
            f"{row.support:.4g}",
            f"{row.most:,}",
            f"{row.exact:.1%}",
            f"{row.error:.2g}",
            f"{1e3 * row.seconds / n:.3g}",
        )
    Console(width=100).print(table)
    print(
        "support: patterns that weigh; "
        "as exact search: states equal to the pattern of largest dot product;"
    )
    print("error: median distance to that pattern, as a share of its length")
