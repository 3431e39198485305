"""A strict reader of pages, and what reports are made of."""

from html.parser import HTMLParser

import numpy as np

from neurosparse.analysis import report

VOID = {"meta", "link", "img"}


class Page(HTMLParser):
    """Reads a page strictly: tags that open and close in order, tables, pictures, addresses."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.tables = []
        self.pictures = []
        self.addresses = []
        self.words = ""
        self.titles = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.addresses += [given[name] for name in ("src", "href") if name in given]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "img":
            assert given["alt"]
            self.pictures.append(given["src"])
        elif tag == "h2":
            self.titles.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words += data
        if "h2" in self.open:
            self.titles[-1] += data
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data


def page_of(source, **options):
    """The page of a source; nothing on it is loaded from elsewhere."""
    page = Page(report(source, **options).read_text(encoding="utf-8"))
    assert page.addresses
    assert all(address.startswith("data:") for address in page.addresses)
    return page


def history(epochs=6):
    """Rows of a training."""
    return [
        {
            "epoch": k + 1,
            "loss": 2.0 * 0.7**k,
            "test_loss": 2.1 * 0.7**k,
            "accuracy": 1 - 0.5**k,
            "seconds": 1.5,
            "density": 0.1,
            "moved": 40 - k,
        }
        for k in range(epochs)
    ]


def records():
    """Runs of a comparison in the shape in which it writes them."""
    from neurosparse.analysis.comparison.table import MEANS

    rng = np.random.default_rng(1)
    return [
        dict.fromkeys(MEANS, 1000.0 * density)
        | {
            "name": method,
            "kernel": "sparse kernel",
            "density": density,
            "seed": seed,
            "curve": [0.5, 0.7, 0.8],
        }
        | {"accuracy": 0.8 + place / 100 + rng.random() / 1000}
        for place, method in enumerate(("random static", "SET", "<RigL>"))
        for density in (0.5, 0.05)
        for seed in range(3)
    ]
