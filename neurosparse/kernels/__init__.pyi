from . import base as base
from . import spikes as spikes
from . import layers as layers
from . import coding as coding
from . import memory as memory
from . import graphs as graphs
from . import measures as measures
