"""How long a recorded run was."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neurosparse.recording.reader import Run


def duration(run: "Run") -> float:
    """Milliseconds from the start to the end of the last thing recorded; the run itself may have
    gone on.

    >>> import tempfile
    >>> import numpy as np
    >>> from neurosparse.recording import RunStore, open_run
    >>> with RunStore.create(tempfile.mkdtemp() + "/a.zarr", dt=0.5, seed=1) as store:
    ...     store.spikes("E", n=2).append(np.array([0, 9]), np.array([0, 1]))
    >>> duration(open_run(store.path))
    5.0
    """
    steps = [1]
    for record in run.spikes.values():
        if len(record):
            steps.append(
                int(record.stored_step[len(record) - 1 : len(record)][0])
                + record.first_step
                + 1
            )
    steps += [
        s.first_step + s.every * len(s)
        for s in (*run.states.values(), *run.weights.values())
    ]
    steps += [rate.first_step + rate.every * len(rate) for rate in run.rates.values()]
    return float(max(steps) * run.dt)
