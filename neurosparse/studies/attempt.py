"""One trial, in whatever process it runs."""

import socket
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from neurosparse.studies.folder import StudyFolder
from neurosparse.studies.study import Trial

Function = Callable[[Trial], Mapping[str, float]]


def attempt(path: str, function: Function, trial: Trial) -> dict[str, Any]:
    """Run one trial, in whatever process, into the folder of its study; what came of it."""
    folder = StudyFolder(Path(path))
    # a worker that died may have finished it
    if folder.done(trial.key):
        return {}
    number = folder.begin(trial.key)
    try:
        folder.keep(trial, function)
    except Exception as error:
        return {
            "error": f"{type(error).__name__}: {error}",
            "traceback": traceback.format_exc(),
            "host": socket.gethostname(),
            "attempt": number,
        }
    return {}
