"""How fast neighbouring trajectories part: spectra, their summaries, and exponents of single
neurons.

Estimators have names of their own because they answer different questions and need not agree:

- `spectrum` of a smooth system (rate network, Lorenz, linear map): the exponents proper, by QR.
- `event_spectrum` of `PhaseLif`: the exponents proper of a spiking network, from exact single-spike
  Jacobians.
- `spectrum` of `DiscreteLif`: *surrogate* exponents. The true derivative of a discrete LIF step is
  the leak alone
  (every exponent is ln β, whatever the wiring); the surrogate slope puts the wiring back, and the
  value depends on that slope.
- `separation_rate`: growth of one finite difference. For discrete LIF it sees the spikes that flip,
  and it has been measured to order networks of growing coupling *the other way round* than
  surrogate exponents do.
- `local_exponents`: growth of a perturbation of one neuron alone; a definition of this library.
"""

from neurosparse.lyapunov.discrete_lif import DiscreteLif as DiscreteLif
from neurosparse.lyapunov.local import local_exponents as local_exponents
from neurosparse.lyapunov.maps import LinearMap as LinearMap
from neurosparse.lyapunov.maps import Lorenz63 as Lorenz63
from neurosparse.lyapunov.maps import Rossler as Rossler
from neurosparse.lyapunov.measures import entropy_rate as entropy_rate
from neurosparse.lyapunov.measures import kaplan_yorke as kaplan_yorke
from neurosparse.lyapunov.measures import participation as participation
from neurosparse.lyapunov.phase_lif import PhaseLif as PhaseLif
from neurosparse.lyapunov.phase_lif import event_separation_rate as event_separation_rate
from neurosparse.lyapunov.phase_lif import event_spectrum as event_spectrum
from neurosparse.lyapunov.rate import RateNetwork as RateNetwork
from neurosparse.lyapunov.separation import separation_rate as separation_rate
from neurosparse.lyapunov.spectrum import Spectrum as Spectrum
from neurosparse.lyapunov.spectrum import spectrum as spectrum
from neurosparse.lyapunov.system import System as System
