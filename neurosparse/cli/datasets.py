"""`neurosparse datasets`: which real data there is, under which licence, and how to cite it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from neurosparse.datasets import Dataset, Published

datasets = typer.Typer(
    help="Real data sets: where each comes from, its licence, its citation.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@datasets.command("list")
def show_all(
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of a table")
    ] = False,
) -> None:
    """List the data sets and say which are on this machine."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from neurosparse.datasets import DATASETS, PUBLISHED, is_available

    if json:
        own, others = map(as_dict, DATASETS), map(as_dict, PUBLISHED)
        return print_json([*own, *others])
    table = Table("name", "what", "MB", "here", box=box.SIMPLE_HEAD)
    for card in DATASETS:
        where = "in the package" if card.embedded else yes_or_no(is_available(card))
        table.add_row(card.name, card.title, f"{card.size / 1e6:.1f}", where)
    for published in PUBLISHED:
        table.add_row(published.name, published.title, "", "you name its folder")
    Console().print(table)
    info = "neurosparse datasets info NAME: licence, citation, checksums"
    print(f"{info}; get NAME: download and prove it")


@datasets.command("info")
def show_one(
    name: Annotated[str, typer.Argument(help="a name from `neurosparse datasets list`")],
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of text")
    ] = False,
) -> None:
    """Show one data set: content, licence, citation, checksums, and the commands that fetch it."""
    from neurosparse.datasets import Published, card_named, is_available
    from neurosparse.datasets.locate import commands, folders

    card = card_named(name)
    if json:
        return print_json(as_dict(card))
    if isinstance(card, Published):
        _lines(
            ("name", card.name),
            ("what", card.title),
            ("version", card.version),
            ("load", f'{card.name}("FOLDER")'),
            ("licence", card.licence),
            ("cite", card.citation.replace("; ", "\n          ")),
        )
        print("Nothing is downloaded; this puts it into a folder:")
        print("\n".join(card.commands()))
        return
    _lines(
        ("name", card.name),
        ("what", card.title),
        ("arrays", card.arrays),
        ("load", card.loader),
        ("licence", card.licence),
        ("cite", card.citation.replace("; ", "\n          ")),
        ("home", card.homepage),
    )
    for file in card.files:
        kind = " (of the unpacked members)" if file.zipped else ""
        print(f"file      {file.name}, {file.size} bytes, sha256 {file.sha256}{kind}")
    if card.embedded:
        print("here      yes, in the package")
        return
    print("here      " + yes_or_no(is_available(card)))
    places: list[Path] = folders(card)
    print("looked in " + "\n          ".join(map(str, places)))
    print("get it with\n" + commands(card, places[-1]))


@datasets.command("get")
def get(
    name: Annotated[str, typer.Argument(help="a name from `neurosparse datasets list`")],
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of lines")
    ] = False,
) -> None:
    """Download what is missing of one data set and prove every file by its checksum.

    Loaders never download.
    """
    from neurosparse.console import bar
    from neurosparse.datasets import Published, card_named, fetch

    card = card_named(name)
    if isinstance(card, Published):
        lines = "\n".join(card.commands())
        raise typer.BadParameter(f"{name} is fetched by hand, into any folder:\n{lines}")
    with bar(f"downloading {name}") as progress:
        paths = fetch(card, progress)
    if json:
        return print_json(as_dict(card) | {"paths": [str(path) for path in paths]})
    for path, file in zip(paths, card.files, strict=True):
        print(f"{path}  {file.size} bytes, sha256 as published")


def _lines(*rows: tuple[str, str]) -> None:
    """Print labels and what stands behind each."""
    for label, text in rows:
        print(f"{label:9} {text}")


def yes_or_no(answer: bool) -> str:
    """Say it in words."""
    return "yes" if answer else "no"


def as_dict(card: "Dataset | Published") -> dict[str, Any]:
    """A card with all that is known, and whether its files are on this machine."""
    from dataclasses import asdict

    from neurosparse.datasets import Published, is_available

    if isinstance(card, Published):
        return asdict(card)
    return asdict(card) | {"size": card.size, "here": is_available(card)}


def print_json(content: Any) -> None:
    """Print JSON for other programs."""
    import json

    print(json.dumps(content, indent=2))
