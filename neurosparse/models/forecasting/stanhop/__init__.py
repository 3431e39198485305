"""STanHop-Net: forecasting by sparse associations over time, across series and with an external
memory.
"""

from neurosparse.models.forecasting.stanhop.block import Block as Block
from neurosparse.models.forecasting.stanhop.block import Coarsen as Coarsen
from neurosparse.models.forecasting.stanhop.block import Settings as Settings
from neurosparse.models.forecasting.stanhop.memory import PlugAndPlay as PlugAndPlay
from neurosparse.models.forecasting.stanhop.memory import TuneAndPlay as TuneAndPlay
from neurosparse.models.forecasting.stanhop.net import DecoderLayer as DecoderLayer
from neurosparse.models.forecasting.stanhop.net import Encoder as Encoder
from neurosparse.models.forecasting.stanhop.net import STanHop as STanHop
