"""STanHop-Net: forecasting by sparse associations over time, across series and with an external
memory.
"""

from neurosparse.models.stanhop.block import Block as Block
from neurosparse.models.stanhop.block import Coarsen as Coarsen
from neurosparse.models.stanhop.block import Settings as Settings
from neurosparse.models.stanhop.memory import PlugAndPlay as PlugAndPlay
from neurosparse.models.stanhop.memory import TuneAndPlay as TuneAndPlay
from neurosparse.models.stanhop.net import DecoderLayer as DecoderLayer
from neurosparse.models.stanhop.net import Encoder as Encoder
from neurosparse.models.stanhop.net import STanHop as STanHop
