from .network import Network as Network
from .network import Stimulus as Stimulus
from .population import Mode as Mode
from .population import Population as Population
from .projection import Projection as Projection
