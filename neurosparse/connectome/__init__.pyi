# a wiring diagram, and sets of its neurons
from .diagram import Connectome as Connectome
from .neuron_set import NeuronSet as NeuronSet

# files
from .cached import load_connectome as load_connectome
from .cached import save_connectome as save_connectome
from .reading import NeuronTable as NeuronTable
from .reading import read_connectome as read_connectome
from .signs import TransmitterSigns as TransmitterSigns
