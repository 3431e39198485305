"""Samples read from files of one's own, and what is refused, with the name of what is wrong."""

import numpy as np
import pytest

from neurosparse.analysis.comparison.sample_files import read_samples

ARRAYS = {
    "x": np.eye(3),
    "y": np.arange(3),
    "test_x": np.eye(3)[:1],
    "test_y": np.array([0]),
}


def test_the_four_arrays_of_a_npz(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, **ARRAYS)
    for name, array in read_samples(path)._asdict().items():
        assert array.tolist() == ARRAYS[name].tolist()
    np.savez(path, x=np.eye(3), y=np.arange(3))
    assert read_samples(path).test_x is None


def test_columns_but_that_of_the_class(tmp_path):
    path = tmp_path / "mine.CSV"
    # a mark of order, lines of Windows, an empty line, quotes
    path.write_bytes(b'\xef\xbb\xbfa,kind,"b, c"\r\n1,0,2.5\r\n\r\n"-3",1,4e2\r\n')
    x, y, test_x, test_y = read_samples(path, "kind")
    assert x.tolist() == [[1.0, 2.5], [-3.0, 400.0]]
    assert y.tolist() == [0.0, 1.0]
    assert test_x is None is test_y


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "kind, a ,b\ncat, 1, 2\ndog,3,4\n"),
        ("a.csv", "kind;a;b\ncat;1;2\ndog;3;4\n"),
        ("a.tsv", "kind\ta\tb\ncat\t1\t2\ndog\t3\t4\n"),
    ],
)
def test_cells_are_divided_as_the_first_row_is_and_classes_may_be_texts(
    name, text, tmp_path
):
    (tmp_path / name).write_text(text)
    x, y, *_ = read_samples(tmp_path / name, "kind")
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert y.tolist() == ["cat", "dog"]


class Trap:
    """Would run something if it were unpickled."""

    def __reduce__(self):
        return print, ("run",)


FILES = {
    "a.txt": (b"x", None, "'a.txt', wants a file that ends in .npz, .csv or .tsv"),
    "b.npz": (b"x", None, "b.npz: .* wants a .npz of numbers"),
    "c.npz": ({"x": np.eye(2)}, None, "c.npz with arrays x, wants .*savez\\('c.npz', x=x"),
    "d.npz": ({"x": 1, "y": 2, "x_test": 3}, None, "d.npz with arrays x, y, x_test, wants"),
    "e.npz": (
        {"x": np.array([Trap()]), "y": [0]},
        None,
        "e.npz: .*wants a .npz of numbers",
    ),
    "f.npz": (ARRAYS, "kind", "label: got 'kind', wants None"),
    "g.csv": (b"a,kind\n1,0\n", None, "label: got None, .* one of a, kind"),
    "h.csv": (b"a,kind,kind\n1,0,0\n", "kind", "label: got 'kind'"),
    "i.csv": (b"a,kind\n1,0\n\ncat,2\n", "kind", "i.csv: line 4: .*'cat', wants numbers"),
    "j.csv": (b"a,kind\n1,0,5\n", "kind", "line 2: got 3 cells, wants 2"),
    "k.csv": (b"a,kind\n\xe9,0\n", "kind", "k.csv: .* wants UTF-8"),
    "l.csv": (b"", "kind", "label: got 'kind', .*; the file is empty"),
    "m.csv": (b"a,kind\n1,\n2,3\n", "kind", "m.csv: line 2: got no class"),
    "n.csv": (b"a;kind\n1,5;0\n", "kind", "n.csv: line 2: .*'1,5', wants numbers"),
}


@pytest.mark.parametrize("name", FILES)
def test_other_files_are_refused(name, tmp_path, capsys):
    content, label, words = FILES[name]
    if isinstance(content, dict):
        np.savez(tmp_path / name, **content)
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_samples(tmp_path / name, label)
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        read_samples(tmp_path / "none.npz")
