"""What lies at a path, and the page that shows it."""

import json
from pathlib import Path

import pytest

from neurosparse.analysis import report


def test_the_same_input_gives_the_same_page_whole_or_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "h.json").write_text(
        json.dumps([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    )
    target = report(tmp_path / "h.json", tmp_path / "a.html")
    before = target.read_bytes()
    assert report(tmp_path / "h.json", target).read_bytes() == before
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report(tmp_path / "h.json", target)
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"h.json", "a.html"}


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.csv", "x,y\n1,2\n", "epoch"),
        ("a.csv", "epoch,loss\nfirst,2\n", "epoch"),
        ("a.csv", "", "0 rows"),
        ("a.json", "{", "a.json"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", "[1, 2]", "no rows"),
        ("a.json", '{"a": 1}', "no rows"),
        (
            "a.json",
            '[{"name": "a", "density": 1, "seed": 0, "accuracy": 0.5}]',
            "records without",
        ),
        ("a.json", '{"graph": "g", "nulls": 1, "rows": [{"size": 3}]}', "rows"),
        ("a.json", '{"graph": "g", "nulls": 1, "rows": "none"}', "wants values as"),
        ("a.json", '{"graph": "g", "nulls": Infinity, "rows": []}', "wants values as"),
        ("a.json", f'[{{"epoch": 1, "loss": {10**400}}}]', "wants values as"),
        ("a.txt", "", "a.txt"),
    ],
)
def test_what_is_no_source_is_refused(tmp_path, name, content, word):
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=word):
        report(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_empty_folder_and_nothing(tmp_path):
    with pytest.raises(ValueError, match="source: got"):
        report(tmp_path)
    with pytest.raises(FileNotFoundError, match="recording"):
        report(tmp_path / "gone")
