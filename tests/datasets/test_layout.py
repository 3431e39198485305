"""Files of arrays that are not what their loader wrote are refused."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import larva_brain
from neurosparse.datasets.larva import CARD
from neurosparse.datasets.layout import load_layout
from neurosparse.datasets.locate import EMBEDDED


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neurosparse.datasets.locate.EMBEDDED", tmp_path)
    data = bytearray((EMBEDDED / CARD.files[0].name).read_bytes())
    data[1000] ^= 1
    (tmp_path / CARD.files[0].name).write_bytes(data)
    with pytest.raises(ValueError, match="sha256"):
        larva_brain()
    (tmp_path / CARD.files[0].name).write_bytes(data[:-1])
    with pytest.raises(ValueError, match="299723 bytes, wants 299724"):
        larva_brain()
    (tmp_path / CARD.files[0].name).unlink()
    with pytest.raises(FileNotFoundError, match="install the package again"):
        larva_brain()


def test_load_arrays_refuses_what_it_did_not_write(tmp_path: Path) -> None:
    layout = {"a": ("<i8", (3,))}
    np.savez(tmp_path / "dtype.npz", a=np.arange(3.0))
    np.savez(tmp_path / "shape.npz", a=np.arange(4))
    np.savez(tmp_path / "names.npz", a=np.arange(3), b=np.arange(3))
    np.savez(tmp_path / "objects.npz", a=np.array([None, {}, ()], object))
    np.save(tmp_path / "single.npy", np.arange(3))
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "empty.npz").touch()
    for name in (
        "dtype.npz",
        "shape.npz",
        "names.npz",
        "objects.npz",
        "single.npy",
        "text.npz",
        "empty.npz",
    ):
        with pytest.raises(ValueError, match=name):
            load_layout(tmp_path / name, layout)
    with pytest.raises(FileNotFoundError):
        load_layout(tmp_path / "nothing.npz", layout)
