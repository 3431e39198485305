"""Event mode: a neuron that cannot fire until its next input sleeps, and is brought forward when
that comes.

For each neuron `valid` is the step after whose update its state holds. A sleeper is advanced over k
steps at once by the model's own update with the coefficients of a step of k dt, which is exact for
models that are linear between spikes. It is woken when `may_fire` says that it could cross, and
sleeps again when it no longer can and its refractoriness is over. Spikes are those of the clock
mode as long as float64 does not put a voltage
on the other side of the threshold: states agree to rounding, about one part in 10^15.
"""

LONGEST_LEAP = 4096  # lines of the table; longer sleeps take several leaps
OPEN = 1 << 30  # "long ready to fire"
