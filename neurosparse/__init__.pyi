# rooms, from the diagram to the picture
from . import analysis as analysis
from . import connectivity as connectivity
from . import connectome as connectome
from . import datasets as datasets
from . import encoders as encoders
from . import engine as engine
from . import experiment as experiment
from . import htm as htm
from . import io as io
from . import kernels as kernels
from . import lyapunov as lyapunov
from . import memory as memory
from . import models as models
from . import network as network
from . import neurons as neurons
from . import oscillators as oscillators
from . import plasticity as plasticity
from . import pruning as pruning
from . import recording as recording
from . import rewiring as rewiring
from . import sdr as sdr
from . import sparse_coding as sparse_coding
from . import stimuli as stimuli
from . import sweep as sweep
from . import wiring as wiring

# graphs and measures
from .analysis import compare as compare
from .analysis import describe as describe
from .analysis import report as report

# a network and its simulation
from .connectivity import Connectivity as Connectivity
from .engine import Rates as Rates
from .engine import Simulator as Simulator
from .engine import Spikes as Spikes
from .engine import States as States
from .engine import Weights as Weights
from .htm import AnomalyDetector as AnomalyDetector
from .htm import SpatialPooler as SpatialPooler
from .htm import TemporalMemory as TemporalMemory
from .io import read_graph as read_graph
from .io import write_graph as write_graph
from .memory import HopfieldMemory as HopfieldMemory
from .memory import Willshaw as Willshaw
from .models import HRSNN as HRSNN

# training
from .models import SparseLinear as SparseLinear
from .models import fit as fit
from .models import prune as prune
from .models import rewire as rewire
from .models import sparse_mlp as sparse_mlp
from .network import Network as Network
from .network import Population as Population
from .network import Projection as Projection
from .neurons import LIF as LIF
from .neurons import AdEx as AdEx
from .neurons import Izhikevich as Izhikevich
from .neurons import LIFExp as LIFExp
from .neurons import PoissonSource as PoissonSource
from .neurons import SpikeSource as SpikeSource
from .plasticity import PairSTDP as PairSTDP
from .recording import open_run as open_run

# codes, sequences, memories
from .sdr import SDR as SDR
from .stimuli import PoissonInput as PoissonInput
from .stimuli import StepCurrent as StepCurrent
from .wiring import AllToAll as AllToAll
from .wiring import Bernoulli as Bernoulli
from .wiring import DistanceDependent as DistanceDependent
from .wiring import FixedInDegree as FixedInDegree
from .wiring import FixedOutDegree as FixedOutDegree
from .wiring import OneToOne as OneToOne

__version__: str
