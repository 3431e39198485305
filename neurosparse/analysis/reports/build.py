"""What lies at a path, and the page that shows it."""

import json
from pathlib import Path
from typing import Any

from neurosparse.analysis.reports.benchmark import benchmark
from neurosparse.analysis.reports.comparison import comparison
from neurosparse.analysis.reports.description import description
from neurosparse.analysis.reports.page import Section, render
from neurosparse.analysis.reports.simulation import simulation
from neurosparse.analysis.reports.training import history, kept_history, training
from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file, reading

EXPECTED = (
    "the folder of a run (config.toml, recording.zarr), a recording, "
    "a training log (CSV with a column epoch, Zarr), "
    "the records of a comparison (a folder of JSON files, or one file), "
    "results of a benchmark, or `analyze --json`"
)

# names that tell what a JSON document is
COMPARED = {"method", "density", "accuracy"}
RUN = {"density", "seed", "accuracy"}
BENCHMARK = {"case", "metric", "ours", "peer"}
DESCRIPTION = {"graph", "rows"}


def report(
    source: str | Path, out: str | Path | None = None, *, title: str | None = None
) -> Path:
    """Write one self-contained HTML page about what lies at `source` and return where it is.

    The page holds figures, tables that sort by a click, configuration and versions. It loads
    nothing, all text in it is escaped, and it appears whole or not at all.

    Args:
        source: a run folder or recording, a training log (CSV or Zarr), a comparison, results of a
            benchmark, or a description of a graph.
        out: the page; `report.html` in the folder, or beside the file under its name, unless said.
        title: of the page; the name of the source unless said.

    Raises:
        FileNotFoundError: there is nothing at `source`.
        ValueError: it is none of these.

    >>> import tempfile
    >>> log = Path(tempfile.mkdtemp()) / "training.csv"
    >>> _ = log.write_text("epoch,loss,accuracy\\n1,0.7,0.5\\n2,0.4,0.9\\n")
    >>> report(log).name
    'training.html'
    """
    source = Path(source)
    # what others wrote may hold anything under the names we look for
    with reading(source, "values as neurosparse writes them", OSError):
        kind, sections = sections_of(source)
        page = render(title or source.resolve().name, f"{kind}: {source}", sections)
    target = Path(out) if out is not None else _beside(source)
    if target.is_dir():
        raise bad_argument("out", str(target), "the name of a file, ending in .html")
    with new_file(target) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return target


def sections_of(source: str | Path) -> tuple[str, list[Section]]:
    """What kind of thing lies at `source`, and the sections of its page.

    Raises:
        FileNotFoundError: there is nothing.
        ValueError: it is nothing that a report can be made of.
    """
    source = Path(source)
    if not source.exists():
        raise FileNotFoundError(f"source: got {str(source)!r}, wants {EXPECTED}")
    if source.is_dir():
        return _folder(source)
    match source.suffix.lower():
        case ".csv":
            return "training", training(source)
        case ".json":
            return _content(_json(source), source)
    raise bad_argument("source", str(source), EXPECTED)


def _folder(source: Path) -> tuple[str, list[Section]]:
    if _is_history(source / "zarr.json"):
        return "training", kept_history(source)
    if (source / "zarr.json").is_file() or (source / "recording.zarr").is_dir():
        return "simulation", simulation(source)
    if (source / "report.json").is_file():
        return _content(_json(source / "report.json"), source)
    records = [
        path for path in sorted(source.glob("*.json")) if not path.name.startswith(".")
    ]
    if records:
        return _content([_json(path) for path in records], source)
    logs = sorted(source.glob("*.csv"))
    if len(logs) == 1:
        return sections_of(logs[0])
    raise bad_argument("source", str(source), EXPECTED)


def _content(document: Any, source: Path) -> tuple[str, list[Section]]:
    """Tell by the names in it what a JSON document is."""
    rows = document
    if isinstance(document, dict):
        runs: Any = document.get("runs")
        if _keys(document.get("rows")) >= COMPARED and _keys(runs) >= RUN:
            return "comparison", comparison(runs, document["rows"], document.get("about"))
        rows = [document] if "rows" in document else _first_list(document)
    keys = _keys(rows)
    if keys >= RUN and keys & {"name", "method"}:
        return "comparison", comparison(rows)
    if keys >= BENCHMARK:
        return "benchmark", benchmark(rows)
    if keys >= DESCRIPTION:
        return "graph", [section for row in rows for section in description(row)]
    if "epoch" in keys:
        return "training", history(rows)
    names = ", ".join(sorted(keys)) or "no rows"
    raise bad_argument("source", Said(f"{source.name} with {names}"), EXPECTED)


def _first_list(document: dict[str, Any]) -> list[Any]:
    """Results may stand under one name, such as "history"."""
    lists = (value for value in document.values() if isinstance(value, list) and value)
    return next(lists, [])


def _is_history(head: Path) -> bool:
    content = _json(head) if head.is_file() else None
    about = content.get("attributes") if isinstance(content, dict) else None
    return isinstance(about, dict) and about.get("format") == "neurosparse-history"


def _keys(rows: Any) -> set[str]:
    """The names that every one of some rows has."""
    tabular = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    return set.intersection(*map(set, rows)) if tabular else set()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise bad_argument("source", Said(f"{path.name}: {error}"), "JSON") from None


def _beside(source: Path) -> Path:
    if source.is_dir() and source.suffix != ".zarr":
        return source / "report.html"
    return source.with_suffix(".html")
