"""What Zarr stores share: names that cannot escape, numbers alone, heads, tilings."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.store.zarr_store import (
    CHUNK_ITEMS,
    SHARD_ITEMS,
    OtherVersionError,
    check_dtype,
    check_json,
    check_name,
    create_root,
    library_versions,
    open_root,
    refuse_foreign,
    tile_rows,
)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "zarr.json", "__x", "a\n", "x" * 201]
)
def test_names_that_are_no_level_of_a_path_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="population: got"):
        check_name(name, "population")


def test_only_numbers_and_json_are_stored() -> None:
    assert check_dtype(np.dtype(">f4"), "x") == np.dtype("f4")
    for dtype in ("O", "U3", "longdouble"):
        with pytest.raises(TypeError, match="not stored"):
            check_dtype(np.dtype(dtype), "x")
    assert check_json({"a": (1, 2)}, "about") == {"a": [1, 2]}
    with pytest.raises(TypeError, match="must be JSON"):
        check_json({"a": float("nan")}, "about")


@pytest.mark.parametrize("width", [1, 7, 256, 100_000, SHARD_ITEMS, 10 * SHARD_ITEMS])
def test_tiles_are_of_bearable_size_and_divide_their_file(width: int) -> None:
    tiling = tile_rows(width)
    assert all(s % c == 0 for s, c in zip(tiling.shard, tiling.chunk, strict=True))
    assert np.prod(tiling.chunk) <= 2 * CHUNK_ITEMS
    assert np.prod(tiling.shard) <= 2 * SHARD_ITEMS


def test_a_head_says_format_and_version(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    with pytest.raises(FileNotFoundError, match="there is no toy"):
        open_root(path, "toy", 1)
    create_root(
        path, {"format": "toy", "format_version": 1, "versions": library_versions()}
    )
    assert open_root(path, "toy", 1).attrs["format"] == "toy"
    with pytest.raises(
        OtherVersionError, match="of format version 1, this library reads 2"
    ):
        open_root(path, "toy", 2)
    with pytest.raises(ValueError, match="its format is 'toy'"):
        open_root(path, "game", 1)


def test_only_stores_of_the_format_give_way(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    refuse_foreign(path, "toy", 1, "go elsewhere")
    path.mkdir()
    refuse_foreign(path, "toy", 1, "go elsewhere")
    create_root(path, {"format": "toy", "format_version": 1})
    refuse_foreign(path, "toy", 2, "go elsewhere")
    with pytest.raises(FileExistsError, match="is not a game.*; go elsewhere"):
        refuse_foreign(path, "game", 1, "go elsewhere")
