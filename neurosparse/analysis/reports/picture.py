"""Figures as text that stands inside a page."""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from neurosparse.analysis.plots.style import figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# a vector file above this is a cloud of points that a bitmap shows in less
LARGEST_SVG = 200_000
BITMAP_DPI = 220


class Picture(NamedTuple):
    """A figure as a data URI, and the words below it."""

    uri: str
    caption: str


def picture(ax: "Axes", caption: str) -> Picture:
    """Draw the figure of some axes as SVG, or as PNG where that would be large.

    The same input gives the same bytes.

    >>> from neurosparse.analysis import plot_eigenvalues
    >>> picture(plot_eigenvalues([1j, -1j]), "two").uri[:26]
    'data:image/svg+xml;base64,'
    """
    import matplotlib

    image = io.BytesIO()
    # without a salt the names inside an SVG are drawn at random
    with matplotlib.rc_context({"svg.hashsalt": "neurosparse"}):
        figure_of(ax).savefig(image, format="svg", metadata={"Date": None})
    kind = "svg+xml"
    if image.tell() > LARGEST_SVG:
        image = io.BytesIO()
        kind = "png"
        figure_of(ax).savefig(image, format="png", dpi=BITMAP_DPI)
    return Picture(_data_uri(kind, image.getvalue()), caption)


def of_file(path: Path) -> Picture:
    """Take a PNG file as it is."""
    return Picture(_data_uri("png", path.read_bytes()), path.name)


def _data_uri(kind: str, image: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
