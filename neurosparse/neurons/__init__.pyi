# what a model is, and what it may inherit
from .base import NeuronModel as NeuronModel
from .base import Value as Value
from .base import check_below as check_below
from .base import check_parameters as check_parameters
from .base import parameters as parameters
from .fields import ExponentialSynapses as ExponentialSynapses
from .fields import Membrane as Membrane
from .fields import Neuron as Neuron

# integrate and fire
from .adaptive_lif import AdaptiveLIF as AdaptiveLIF
from .adaptive_lif import AdaptiveLIFCoefficients as AdaptiveLIFCoefficients
from .adaptive_lif import AdaptiveLIFState as AdaptiveLIFState
from .adex import AdEx as AdEx
from .adex import AdExCoefficients as AdExCoefficients
from .adex import AdExState as AdExState
from .discrete_lif import DiscreteLIF as DiscreteLIF
from .discrete_lif import DiscreteLIFCoefficients as DiscreteLIFCoefficients
from .discrete_lif import DiscreteLIFState as DiscreteLIFState
from .eif import EIF as EIF
from .eif import EIFCoefficients as EIFCoefficients
from .eif import EIFState as EIFState
from .integrate_fire import IntegrateFire as IntegrateFire
from .integrate_fire import IntegrateFireCoefficients as IntegrateFireCoefficients
from .integrate_fire import IntegrateFireState as IntegrateFireState
from .izhikevich import Izhikevich as Izhikevich
from .izhikevich import IzhikevichCoefficients as IzhikevichCoefficients
from .izhikevich import IzhikevichState as IzhikevichState
from .leaky_integrator import LeakyIntegrator as LeakyIntegrator
from .leaky_integrator import LeakyIntegratorCoefficients as LeakyIntegratorCoefficients
from .leaky_integrator import LeakyIntegratorState as LeakyIntegratorState
from .lif import LIF as LIF
from .lif import LIFCoefficients as LIFCoefficients
from .lif import LIFExp as LIFExp
from .lif import LIFExpCoefficients as LIFExpCoefficients
from .lif import LIFExpState as LIFExpState
from .lif import LIFState as LIFState
from .lif_alpha import LIFAlpha as LIFAlpha
from .lif_alpha import LIFAlphaCoefficients as LIFAlphaCoefficients
from .lif_alpha import LIFAlphaState as LIFAlphaState
from .lif_cond import LIFCond as LIFCond
from .lif_cond import LIFCondCoefficients as LIFCondCoefficients
from .lif_cond import LIFCondState as LIFCondState

# any number of receptors
from .receptors import AMPA as AMPA
from .receptors import GABA_A as GABA_A
from .receptors import GABA_B as GABA_B
from .receptors import NMDA as NMDA
from .receptors import Receptor as Receptor
from .receptors import with_receptors as with_receptors

# dendrites
from .dendritic_lif import DendriticLIF as DendriticLIF
from .dendritic_lif import DendriticLIFCoefficients as DendriticLIFCoefficients
from .dendritic_lif import DendriticLIFState as DendriticLIFState
from .dendritic_lif import DendriticSegment as DendriticSegment
from .dendritic_lif import DendriticSegmentCoefficients as DendriticSegmentCoefficients
from .dendritic_lif import DendriticSegmentState as DendriticSegmentState
from .poirazi_mel import PoiraziMel as PoiraziMel
from .poirazi_mel import PoiraziMelCoefficients as PoiraziMelCoefficients
from .poirazi_mel import PoiraziMelState as PoiraziMelState
from .poirazi_mel import branch_response as branch_response

# what fires by itself
from .sources import PoissonSource as PoissonSource
from .sources import SpikeSource as SpikeSource

# propagators for models of one's own
from .propagators import approach as approach
from .propagators import decay as decay
from .propagators import transfer as transfer
from .propagators import transfer_peak as transfer_peak

# models from equations, and the exact steps that they are written with
from .equations.model import from_equations as from_equations
from .linear import exponential_blend as exponential_blend
from .linear import firing_guard as firing_guard
from .linear import lasting_lift as lasting_lift
from .linear import linear_noise as linear_noise
from .linear import linear_step as linear_step
from .linear import settling_time as settling_time
