"""Sinks that keep everything in memory."""

from numpy.typing import ArrayLike

from neurosparse.recording.sinks import (
    Arrays,
    RateRecorder,
    RowRecorder,
    Series,
    SpikeRecorder,
    checked_indices,
)
from neurosparse.recording.tables import MemoryTable


class MemorySpikes(SpikeRecorder):
    """Spikes of a population of `n` neurons in memory, 8 bytes a spike.

    >>> import numpy as np
    >>> sink = MemorySpikes(dt=0.1, n=3)
    >>> sink.append(np.array([0, 4]), np.array([2, 1]))
    >>> sink.record().t
    array([0. , 0.4])
    """

    table: MemoryTable

    def __init__(self, *, dt: float, n: int, name: str = "", first_step: int = 0) -> None:
        super().__init__(
            MemoryTable(self.fields()), Series(name, dt, n, first_step=first_step)
        )

    def clear(self) -> None:
        """Forget the spikes so far; later ones must not lie before them."""
        self.table.clear()


class MemoryStates(RowRecorder):
    """A state variable of the neurons `indices` every `every` steps, in memory.

    >>> import numpy as np
    >>> sink = MemoryStates("v", [0, 7], dt=0.1, every=10, unit="mV")
    >>> sink.append(np.array([0, 10]), np.array([[-65.0, -64.0], [-63.0, -62.0]]))
    >>> sink.record().to_pandas().loc[1.0].tolist()
    [-63.0, -62.0]
    """

    def __init__(
        self, variable: str, indices: ArrayLike, *, dt: float, every: int = 1, unit: str = "",
        dtype: str = "float32", name: str = "", first_step: int = 0,
    ) -> None:  # fmt: skip
        chosen = checked_indices(indices)
        table = MemoryTable(self.fields(variable, len(chosen), dtype, unit))
        series = Series(name, dt, len(chosen), every, first_step)
        super().__init__(table, series, chosen, variable, unit)


class MemoryWeights(RowRecorder):
    """Weights at `positions` of a connectivity every `every` steps, in memory.

    `along` may hold more about the synapses: `pre` and `post`, one number each; `variable` is
    another one than the weight.
    """

    def __init__(
        self, positions: ArrayLike, *, dt: float, every: int, unit: str = "", name: str = "",
        first_step: int = 0, along: Arrays | None = None, variable: str = "weight",
    ) -> None:  # fmt: skip
        chosen = checked_indices(positions, "positions")
        table = MemoryTable(self.fields(variable, len(chosen), "float32", unit, "synapse"))
        series = Series(name, dt, len(chosen), every, first_step)
        super().__init__(table, series, chosen, variable, unit, "synapse", along)


class MemoryRates(RateRecorder):
    """Spikes of a population of `n` neurons in bins of `every` steps, in memory.

    >>> import numpy as np
    >>> sink = MemoryRates(dt=0.1, n=4, every=2)
    >>> sink.append(0, np.array([1, 2, 3])); sink.append(3, np.array([4, 5]))
    >>> sink.record().counts
    array([3, 7])
    """

    def __init__(
        self, *, dt: float, n: int, every: int, name: str = "", first_step: int = 0
    ) -> None:
        super().__init__(MemoryTable(self.fields()), Series(name, dt, n, every, first_step))
