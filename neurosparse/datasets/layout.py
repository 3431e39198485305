"""Reading .npz files that hold exactly the arrays they should."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# name -> (dtype, shape); a dtype of "<U" accepts text of any width
Layout = dict[str, tuple[str, tuple[int, ...]]]


def load_layout(path: Path, layout: Layout) -> dict[str, NDArray[np.generic]]:
    """Read an .npz file and refuse it unless its arrays have the layout's names, dtypes and shapes.

    Raises:
        ValueError: another file, or one whose arrays differ; pickled objects are never read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.npz"
    ...     np.savez(path, a=np.arange(3))
    ...     load_layout(path, {"a": ("<i8", (3,))})["a"].tolist()
    [0, 1, 2]
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            if not isinstance(file, np.lib.npyio.NpzFile) or set(file.files) != set(layout):
                raise ValueError(
                    f"wants an .npz with the arrays {', '.join(sorted(layout))}"
                )
            arrays = {name: file[name] for name in layout}
    except Exception as error:  # zip, zlib, header and pickle errors share no other base
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path}: not a file this loader wrote: {error}") from error
    for name, (dtype, shape) in layout.items():
        array = arrays[name]
        if not _is(array.dtype, dtype) or array.shape != shape:
            fault = f"{array.dtype} {list(array.shape)}"
            raise ValueError(
                f"{path}: {name} is {fault}, wants {dtype} {list(shape)}; fetch the file again"
            )
    return arrays


def _is(dtype: "np.dtype[np.generic]", expected: str) -> bool:
    return dtype.kind == "U" if expected == "<U" else dtype == np.dtype(expected)
