"""What is known of a data set: its source, content, licence, and how to cite it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
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


@dataclass(frozen=True)
class Published:
    """The card of a data set that is too large or too little free to be fetched here.

    Args:
        name: what it is called.
        url: folder or archive where the files are.
        files: their names; the first ones are needed.
        licence: under what terms the data may be used.
        citation: the papers to cite, with DOI.
        title: one line on what it is.
        version: of the data.
    """

    name: str
    url: str
    files: tuple[str, ...]
    licence: str
    citation: str
    title: str = ""
    version: str = ""

    def of_version(self, version: Any, url: str) -> "Published":
        """The card of another version."""
        return replace(self, version=str(version), url=url)

    def there(self, folder: Any, file: str) -> list[Path]:
        """The file in a folder, packed or not; nothing where it is not."""
        paths = [Path(folder) / file, Path(folder) / file.removesuffix(".gz")]
        return [path for path in paths if path.is_file()][:1]

    def find(self, folder: Any, files: Sequence[str]) -> Path:
        """The first of these files that is in a folder.

        Raises:
            FileNotFoundError: none is; the message has addresses, licence and citation.
        """
        for file in files:
            if paths := self.there(folder, file):
                return paths[0]
        raise FileNotFoundError(
            f"{self.name}: {' or '.join(files)} is not in {Path(folder).resolve()}.\n"
            f"Nothing is downloaded; this puts it there:\n"
            f"{self.commands(files[:1])[0]}\n"
            f"(licence: {self.licence}; cite {self.citation})"
        )

    def commands(self, files: Sequence[str] = ()) -> list[str]:
        """Shell commands that download files, all of the card unless some are named."""
        single = [self.url + file for file in files or self.files]
        addresses = single if self.url.endswith("/") else [self.url]
        lines = [f"curl --fail --location --remote-name '{one}'" for one in addresses]
        if self.url.endswith(".tar.gz"):
            lines.append(f"tar --extract --file {Path(self.url).name}")
        return lines

    def about(self) -> dict[str, Any]:
        """What a connectome of this data set says about itself."""
        return {
            "dataset": self.name,
            "version": self.version,
            "source": self.url,
            "licence": self.licence,
            "citation": self.citation,
        }
