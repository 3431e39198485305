"""Samples in files of one's own: arrays in a .npz, or a table of which a column is the class."""

import csv
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import old_file, reading
from neurosparse.typing import Array, Path

TABLES = (".csv", ".tsv")


class SampleArrays(NamedTuple):
    """Inputs and classes to learn from and, if they are told apart already, to test on."""

    x: Any
    y: Any
    test_x: Any = None
    test_y: Any = None


def read_samples(path: Path, label: str | None = None) -> SampleArrays:
    """Read the arrays x, y, test_x, test_y of a .npz (the last two may lack), or a CSV or TSV.

    Args:
        path: the file; nothing in it is unpickled. Cells of a table are divided by whichever of
            comma, semicolon and tab is most often in its first row.
        label: column of the table that holds the class, numbers or texts; all others are inputs.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: another ending, other arrays, a label where there are no columns or none where
            there are, a row that is no numbers; its line is named.
    """
    path = old_file(path, "a .npz, .csv or .tsv file")
    ending = path.suffix.lower()
    if ending not in (".npz", *TABLES):
        raise bad_argument("path", path.name, "a file that ends in .npz, .csv or .tsv")
    if ending in TABLES:
        return _columns(path, label)
    if label is not None:
        raise bad_argument("label", label, "None: the classes of a .npz are its array y")
    return _arrays(path)


def _arrays(path: FilePath) -> SampleArrays:
    expected = "a .npz of numbers that numpy.savez wrote"
    with reading(path, expected), np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    if not {"x", "y"} <= set(arrays) <= set(SampleArrays._fields):
        names = Said(f"{path.name} with arrays {', '.join(arrays) or '(none)'}")
        remedy = f"numpy.savez({path.name!r}, x=x, y=y)"
        expected = "arrays x and y, or x, y, test_x and test_y"
        raise bad_argument("path", names, expected, remedy)
    return SampleArrays(**arrays)


def _columns(path: FilePath, label: str | None) -> SampleArrays:
    expected = "UTF-8 text: names in the first row, numbers in all others"
    with reading(path, expected), path.open(newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        divider = max(",;\t", key=first.count)
        file.seek(0)
        reader = csv.reader(file, delimiter=divider, skipinitialspace=True, strict=True)
        head = [name.strip() for name in next(reader, [])]
        if label is None or head.count(label) != 1:
            columns = f"one of {', '.join(head)[:200]}" if head else "the file is empty"
            wants = "the name of the column that holds the class"
            raise bad_argument("label", label, wants, columns)
        column = head.index(label)
        rows, classes = [], []
        for row in reader:
            if row:
                line = f"line {reader.line_num}"
                classes.append(_class(line, row, head, column))
                rows.append(_numbers(line, row))
    return SampleArrays(np.array(rows).reshape(-1, len(head) - 1), _classes(classes))


def _class(line: str, row: list[str], head: list[str], column: int) -> str:
    """Take the class out of a row, and refuse one of another length or without a class."""
    if len(row) != len(head):
        fault = Said(f"{len(row)} cells")
        raise bad_argument(line, fault, f"{len(head)}, as the first row has")
    name = row.pop(column).strip()
    if not name:
        raise bad_argument(line, Said("no class"), "one in every row", "leave the row out")
    return name


def _numbers(line: str, row: list[str]) -> Array:
    """Convert one row, and refuse it by its line in the file."""
    try:
        return np.array(row, np.float64)
    except ValueError as error:
        remedy = "number what is text, leave out or fill in what is empty"
        raise bad_argument(line, Said(str(error)), "numbers", remedy) from None


def _classes(cells: list[str]) -> Array:
    """Classes as numbers where all of them are, otherwise as the texts they are."""
    try:
        return np.array(cells, np.float64)
    except ValueError:
        return np.array(cells)
