"""Figures inside a page: vectors where they are small, bitmaps where not."""

import base64

from neurosparse.analysis import plot_eigenvalues
from neurosparse.analysis.reports import picture as module
from neurosparse.analysis.reports.picture import of_file, picture


def test_the_same_input_gives_the_same_bytes():
    first, second = (picture(plot_eigenvalues([1j, -1j]), "two") for _ in range(2))
    assert first == second
    assert first.caption == "two"


def test_a_large_figure_is_a_bitmap(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "LARGEST_SVG", 100)
    uri = picture(plot_eigenvalues([1j, -1j]), "two").uri
    head, content = uri.split(",")
    assert head == "data:image/png;base64"
    file = tmp_path / "a.png"
    file.write_bytes(base64.b64decode(content))
    assert of_file(file) == (uri, "a.png")
