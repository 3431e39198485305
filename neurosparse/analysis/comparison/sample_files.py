"""Samples in files of one's own: arrays in a .npz, or a CSV of which one column is the class."""

import csv
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import old_file, reading
from neurosparse.typing import Float64, Path


class SampleArrays(NamedTuple):
    """Inputs and classes to learn from and, if they are told apart already, to test on."""

    x: Any
    y: Any
    test_x: Any = None
    test_y: Any = None


def read_samples(path: Path, label: str | None = None) -> SampleArrays:
    """Read the arrays x, y, test_x, test_y of a .npz (the last two may lack), or a CSV.

    Args:
        path: the file; nothing in it is unpickled.
        label: column of the CSV that holds the class, a number; all others are inputs.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: another ending, other arrays, a label where there are no columns or none where
            there are, a row that is no numbers; its line is named.
    """
    path = old_file(path, "a .npz or .csv file")
    ending = path.suffix.lower()
    if ending not in (".npz", ".csv"):
        raise bad_argument("path", path.name, "a file that ends in .npz or .csv")
    if ending == ".csv":
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
        raise bad_argument("path", names, "arrays x and y, or x, y, test_x and test_y")
    return SampleArrays(**arrays)


def _columns(path: FilePath, label: str | None) -> SampleArrays:
    expected = "a CSV of UTF-8 text: names in the first row, numbers in all others"
    with reading(path, expected), path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, strict=True)
        head = next(reader, [])
        rows = [_numbers(row, head, reader.line_num) for row in reader if row]
    if label is None or head.count(label) != 1:
        columns = ", ".join(head)[:200]
        expected = "the name of the column that holds the class"
        raise bad_argument("label", label, expected, f"one of {columns}")
    table = np.array(rows).reshape(-1, len(head))
    column = head.index(label)
    return SampleArrays(np.delete(table, column, axis=1), table[:, column])


def _numbers(row: list[str], head: list[str], line: int) -> Float64:
    """Convert one row, and refuse it by its line in the file."""
    if len(row) != len(head):
        fault = Said(f"{len(row)} cells")
        raise bad_argument(f"line {line}", fault, f"{len(head)}, as the first row has")
    try:
        return np.array(row, np.float64)
    except ValueError as error:
        remedy = "number what is text, leave out or fill in what is empty"
        raise bad_argument(f"line {line}", Said(str(error)), "numbers", remedy) from None
