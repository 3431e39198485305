"""The documentation says only true things: its code runs and prints what stands below it, its links
lead somewhere.

A ```python block runs; the blocks of a page share their names and a temporary folder. In a ```sh
block every line that begins with `neurosparse` or `python examples/` runs. A ```text block directly
behind either is what it prints,
`...` standing for anything, numbers with a point to 5 % (processors round differently, and networks
of spikes are chaotic). A ```py block is another library's code and does not run.
"""

import contextlib
import doctest
import io
import math
import os
import re
import runpy
import shlex
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from neurosparse.cli import status

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
FOREIGN = {"coming_from.md"}
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """A fenced block: its language, its text, the line it begins on."""

    kind: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w*)[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 2) for m in found]


def agrees(said: str, printed: str) -> bool:
    """Whether a page shows what was printed; numbers with a point may differ by 5 %."""
    checker = doctest.OutputChecker()
    number = re.compile(r"\d+\.\d+")
    if checker.check_output(said, printed, LOOSE):
        return True
    pairs = list(zip(number.findall(said), number.findall(printed), strict=False))
    near = all(
        math.isclose(
            float(a), float(b), rel_tol=0.05, abs_tol=10.0 ** -len(a.partition(".")[2])
        )
        for a, b in pairs
    )
    return (
        bool(pairs)
        and near
        and checker.check_output(number.sub("#", said), number.sub("#", printed), LOOSE)
    )


def run_python(block: Block, page: Path, names: dict[str, Any]) -> None:
    # empty lines in front, so that a traceback names the line of the page
    exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)


def run_shell(block: Block) -> None:
    for line in block.text.replace("\\\n", " ").splitlines():
        match shlex.split(line, comments=True):
            case ["neurosparse", *arguments]:
                assert status(arguments) == 0, line
            case ["python", script, *arguments] if script.startswith("examples/"):
                run_example(ROOT / script, arguments)


def run_example(script: Path, arguments: list[str]) -> None:
    kept = sys.argv
    sys.argv = [str(script), *arguments]
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = kept


@contextlib.contextmanager
def inside(folder: Path) -> Any:
    with contextlib.chdir(folder), warnings.catch_warnings():
        yield


@pytest.mark.parametrize(
    "page", [p for p in PAGES if blocks(p)], ids=lambda p: p.relative_to(DOCS).as_posix()
)
def test_the_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    names: dict[str, Any] = {"__name__": "__docs__"}
    printed, ran = "", 0
    with inside(tmp_path):
        for block in blocks(page):
            if block.kind == "text" and ran:
                where = f"{page.name}:{block.line}"
                said = (
                    f"{where}: the page says\n{block.text}\nand the code prints\n{printed}"
                )
                assert agrees(block.text, printed), said
            elif block.kind in ("python", "sh"):
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    run_python(block, page, names) if block.kind == "python" else run_shell(
                        block
                    )
                printed = out.getvalue()
                ran = ran + 1
            else:
                assert block.kind in ("toml", "text") or page.name in FOREIGN, (
                    f"{page}:{block.line}: {block.kind!r}"
                )


def test_what_is_printed_is_compared() -> None:
    assert agrees("rate 13.6 Hz of 5\n", "rate 13.9 Hz of 5\n")
    assert agrees("spikes ... Hz\n", "spikes 1, 2, 3 Hz\n")
    assert not agrees("rate 13.6 Hz\n", "rate 14.9 Hz\n")
    assert not agrees("rate 13.6 Hz of 5\n", "rate 13.6 Hz of 6\n")
    assert not agrees("", "13.6\n")


def test_foreign_code_is_marked_as_such() -> None:
    assert {
        page.name for page in PAGES if any(b.kind == "py" for b in blocks(page))
    } <= FOREIGN


def test_links_lead_somewhere() -> None:
    found = 0
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if not link.startswith("http"):
                found += 1
                assert (page.parent / link).exists(), f"{page.relative_to(ROOT)}: {link}"
    assert found > 30


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [
        p.relative_to(DOCS).as_posix()
        for p in PAGES
        if p.relative_to(DOCS).as_posix() not in navigation
    ]
    assert not missing


def test_no_public_room_is_left_out() -> None:
    written = "\n".join(
        page.read_text(encoding="utf-8") for page in (DOCS / "api").glob("*.md")
    )
    shown = set(re.findall(r"^::: neurosparse\.(\w+)", written, re.MULTILINE))
    # described by their commands and their texts, or serving the others
    unshown = {"cli", "errors", "typing", "checks", "selection", "console", "store", "grid"}
    unshown |= {"available", "estimator", "quantities", "_faces"}
    package = ROOT / "neurosparse"
    rooms = {p.stem for p in package.glob("*.py") if p.stem != "__init__"}
    rooms |= {p.name for p in package.iterdir() if (p / "__init__.py").exists()}
    assert rooms - unshown == shown


def test_pages_do_not_reach_the_reader_late() -> None:
    assert os.path.getsize(DOCS / "index.md") < 20_000
