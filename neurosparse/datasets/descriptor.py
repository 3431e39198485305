"""What is known of a data set: its source, content, licence, and how to cite it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Args:
        name: file name inside the data set's folder.
        sha256: checksum of the content in hexadecimal.
        size: length in bytes.
        url: where it is published; empty when several commands make it (see `Dataset.fetch`).
        zipped: a .zip made on the spot: checksum and length are those of its members' contents, one
            after the other by ascending name, since no two zip programs write the same bytes.
    """

    name: str
    sha256: str
    size: int
    url: str = ""
    zipped: bool = False


@dataclass(frozen=True)
class Dataset:
    """The card of a data set, shown by `neurosparse datasets info NAME`.

    Args:
        name: what it is called on the command line; also its folder.
        title: one line on what it is.
        arrays: what the loader returns, dtypes and shapes.
        files: the files the loader reads.
        licence: under what terms the data may be used, and how that is known.
        citation: the papers to cite, with DOI.
        homepage: where the data is published.
        loader: the call that loads it.
        embedded: whether the files come with the package.
        fetch: shell commands that fill `{folder}`; empty when each file has a URL of its own.
    """

    name: str
    title: str
    arrays: str
    files: tuple[DataFile, ...]
    licence: str
    citation: str
    homepage: str
    loader: str
    embedded: bool = False
    fetch: str = ""

    @property
    def size(self) -> int:
        """Length of all files in bytes."""
        return sum(file.size for file in self.files)


def provenance(card: Dataset, signs: str, version: str = "") -> dict[str, Any]:
    """What a connectome of this data set says about itself.

    Args:
        card: the data set.
        signs: how the signs of the weights were chosen.
        version: of the data.
    """
    return {
        "dataset": card.name,
        "version": version,
        "files": {file.name: file.sha256 for file in card.files},
        "signs": signs,
        "licence": card.licence,
        "citation": card.citation,
    }
