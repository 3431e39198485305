"""The event-driven engine: compile, run, record, checkpoint."""

from neurosparse.engine.device import OnDevice as OnDevice
from neurosparse.engine.recorders import Rates as Rates
from neurosparse.engine.recorders import Spikes as Spikes
from neurosparse.engine.recorders import States as States
from neurosparse.engine.recorders import Weights as Weights
from neurosparse.engine.simulator import Every as Every
from neurosparse.engine.simulator import Simulator as Simulator
from neurosparse.engine.structural import Below as Below
from neurosparse.engine.structural import PairRates as PairRates
from neurosparse.engine.structural import Share as Share
from neurosparse.engine.structural import Structural as Structural
