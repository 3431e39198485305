"""Published models beside what was published: writes `docs/fidelity.md`.

Run: python benchmarks/fidelity.py [NAMES]

Each model of `examples/models` gives rows of what should come out and what does; they are kept in
`benchmarks/results/fidelity.json`, and the page is written from it. A model with a figure that is
missed is not kept.
"""

import datetime
import json
import runpy
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples" / "models"
KEPT = ROOT / "benchmarks" / "results" / "fidelity.json"
PAGE = ROOT / "docs" / "fidelity.md"
HEAD = """# Published models

Each is one file in `examples/models`, run by the command above its table.
`python benchmarks/fidelity.py` ran them at full size and wrote this page; it keeps a model only
where every figure lies where it should. The seconds include building and compiling, beside other
work.
"""


def models() -> list[str]:
    """The names of the files that hold a model."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "rows")


def load(name: str) -> dict[str, Any]:
    """Read a file of the folder; its neighbours can be imported."""
    sys.path.insert(0, str(FOLDER))
    try:
        return runpy.run_path(str(FOLDER / f"{name}.py"))
    finally:
        sys.path.remove(str(FOLDER))


def section(name: str, scope: dict[str, Any], run: dict[str, Any]) -> str:
    """Markdown of one model."""
    text = scope["__doc__"]
    title = text.splitlines()[0].rstrip(".")
    source = " ".join(text.split("Source", 1)[1].partition(":")[2].split())
    command = f"`python examples/models/{name}.py`, {run['seconds']:.0f} s, {run['date']}"
    lines = [f"## {title}", "", f"{command}, neurosparse {run['version']}. {source}", ""]
    lines += ["| | here | expected | by |", "|---|---|---|---|"]
    for what, value, low, high, by in run["rows"]:
        lines.append(f"| {what} | {value:.3g} | {low:.3g} to {high:.3g} | {by} |")
    return "\n".join(lines) + "\n"


def run_model(name: str) -> dict[str, Any]:
    """Run a model at full size."""
    scope = load(name)
    start = time.perf_counter()
    rows = scope["compare"]()
    seconds = time.perf_counter() - start
    print(name, f"{seconds:.0f} s", flush=True)
    scope["show"](rows)
    missed = [row.what for row in rows if not row.good]
    if missed:
        raise SystemExit(f"not kept, missed: {'; '.join(missed)}")
    date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    facts = {"seconds": round(seconds), "date": date, "version": version("neurosparse")}
    return {**facts, "rows": [[row[0], *map(float, row[1:4]), row[4]] for row in rows]}


def main(names: list[str]) -> None:
    """Run the models that are named, or all, and write the page."""
    kept: dict[str, Any] = {}
    for name in names or models():
        fresh = run_model(name)
        # read only now, since others may have run other models in the meantime
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        kept[name] = fresh
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sections = [section(name, load(name), kept[name]) for name in models() if name in kept]
    PAGE.write_text(HEAD + "\n" + "\n".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
