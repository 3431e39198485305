"""Recording: spikes, states, rates and weights, into memory or straight to Zarr, and their results.

The engine hands arrays to sinks between chunks of its time loop; `RunStore` makes sinks that write
to disk,
`open_run` reads them back, `MemorySpikes` and its sisters keep everything in memory.
"""

from neurosparse.recording.memory import MemoryRates as MemoryRates
from neurosparse.recording.memory import MemorySpikes as MemorySpikes
from neurosparse.recording.memory import MemoryStates as MemoryStates
from neurosparse.recording.memory import MemoryWeights as MemoryWeights
from neurosparse.recording.run import Run as Run
from neurosparse.recording.run import RunStore as RunStore
from neurosparse.recording.run import open_run as open_run
from neurosparse.recording.series import RateRecord as RateRecord
from neurosparse.recording.series import StateRecord as StateRecord
from neurosparse.recording.sinks import RateSink as RateSink
from neurosparse.recording.sinks import RowSink as RowSink
from neurosparse.recording.sinks import Sink as Sink
from neurosparse.recording.sinks import SpikeSink as SpikeSink
from neurosparse.recording.spikes import SpikeRecord as SpikeRecord
from neurosparse.recording.stored import ZarrRates as ZarrRates
from neurosparse.recording.stored import ZarrSpikes as ZarrSpikes
from neurosparse.recording.stored import ZarrStates as ZarrStates
from neurosparse.recording.stored import ZarrWeights as ZarrWeights
