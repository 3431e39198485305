# systems
from .kuramoto import Adaptation as Adaptation
from .kuramoto import Kuramoto as Kuramoto
from .sphere import SphereOscillators as SphereOscillators

# running them
from .running import OscillatorEnd as OscillatorEnd
from .running import OscillatorRun as OscillatorRun
from .running import oscillate as oscillate
from .exponents import KuramotoMap as KuramotoMap

# natural frequencies, and what theory says of them
from .frequencies import Frequencies as Frequencies
from .frequencies import GaussianFrequencies as GaussianFrequencies
from .frequencies import LorentzianFrequencies as LorentzianFrequencies
from .frequencies import UniformFrequencies as UniformFrequencies
from .frequencies import critical_coupling as critical_coupling

# measures
from .measures import chimera_index as chimera_index
from .measures import group_order as group_order
from .measures import local_order as local_order
from .measures import metastability as metastability
from .measures import order_parameter as order_parameter
