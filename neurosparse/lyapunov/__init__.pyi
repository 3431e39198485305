# systems
from .system import System as System
from .maps import LinearMap as LinearMap
from .maps import Lorenz63 as Lorenz63
from .maps import Rossler as Rossler
from .rate import RateNetwork as RateNetwork
from .discrete_lif import DiscreteLif as DiscreteLif
from .phase_lif import PhaseLif as PhaseLif

# estimators of exponents
from ._spectrum import LyapunovSpectrum as LyapunovSpectrum
from ._spectrum import spectrum as spectrum
from .phase_lif import event_spectrum as event_spectrum
from .phase_lif import event_separation_rate as event_separation_rate
from .separation import separation_rate as separation_rate
from .local import local_exponents as local_exponents

# what sums up a spectrum
from .measures import entropy_rate as entropy_rate
from .measures import kaplan_yorke as kaplan_yorke
from .measures import participation as participation
