"""What the parameters of models and rules mean, and their units, where no docstring lists them."""

from typing import NamedTuple

from neurosparse.quantities import unit_of


class Word(NamedTuple):
    """The unit of a parameter, "" where it has none, and one sentence on it."""

    unit: str
    meaning: str


_DRIVE = "mV with r_mem = 1"
_WEIGHT = "as the weight"
# of parameters that docstrings list
UNITS = {
    "weight": "mV, pA or nS",
    "delay_steps": "steps",
    "positions": "any length",
    "post_positions": "any length",
    "box": "as positions",
}
# a word means the same wherever it stands; what differs has the name of its class before it
WORDS = {
    # neurons
    "tau_mem": Word("ms", "membrane time constant"),
    "tau_exc": Word("ms", "time constant of excitatory synapses"),
    "tau_syn": Word("ms", "time constant of all synapses"),
    "tau_inh": Word("ms", "time constant of inhibitory synapses"),
    "tau_w": Word("ms", "time constant of the current w that adapts"),
    "tau_lift": Word("ms", "time constant of the lift of the threshold"),
    "tau_branch": Word("ms", "time constant of the input of a branch"),
    "v_rest": Word("mV", "where the membrane settles"),
    "v_threshold": Word("mV", "above it a spike is fired"),
    "EIF.v_threshold": Word("mV", "above it the upstroke of a spike feeds itself"),
    "AdEx.v_threshold": Word("mV", "above it the upstroke of a spike feeds itself"),
    "v_reset": Word("mV", "where the membrane is set after a spike"),
    "v_peak": Word("mV", "above it the upstroke counts as a spike"),
    "delta_t": Word("mV", "how sharply the upstroke begins"),
    "e_exc": Word("mV", "reversal potential of excitatory synapses"),
    "e_inh": Word("mV", "reversal potential of inhibitory synapses"),
    "t_ref": Word("ms", "how long a neuron is silent after a spike"),
    "r_mem": Word("mV / i_ext", "voltage that a unit of current leads to"),
    "i_ext": Word(_DRIVE, "constant drive"),
    "AdEx.i_ext": Word("pA", "constant drive"),
    "LIFCond.i_ext": Word("pA", "constant drive"),
    "Izhikevich.i_ext": Word("mV/ms", "constant drive"),
    "c_mem": Word("pF", "capacitance of the membrane"),
    "g_leak": Word("nS", "conductance of the leak"),
    "add_w": Word(_DRIVE, "what a spike adds to the current w that adapts"),
    "add_lift": Word("mV", "by how much a spike lifts the threshold"),
    "AdEx.a": Word("nS", "how strongly w follows the voltage"),
    "AdEx.b": Word("pA", "what a spike adds to the current w that adapts"),
    "Izhikevich.a": Word("1/ms", "how fast the recovery u follows"),
    "Izhikevich.b": Word("1/ms", "how strongly the recovery u follows the voltage"),
    "Izhikevich.c": Word("mV", "where the membrane is set after a spike"),
    "Izhikevich.d": Word("mV/ms", "what a spike adds to the recovery u"),
    "drop": Word("mV", "by how much a plateau lowers the threshold"),
    "push": Word("mV", "where a plateau draws the voltage, above rest"),
    "plateau": Word("ms", "how long a dendritic spike lasts"),
    "threshold": Word("", "sum of active weights at which the segment fires"),
    "DendriticSegment.tau": Word("ms", "window in which active synapses coincide"),
    "power": Word("", "exponent of the input of a branch"),
    "branch_threshold": Word(_WEIGHT, "input at which a branch gives its gain"),
    "gain": Word(
        "mV", "what a branch at its threshold would hold the voltage above rest by"
    ),
    "times": Word("ms", "when spikes are fired, multiples of dt"),
    "indices": Word("", "which neuron fires each spike"),
    # wiring
    "allow_self": Word("", "whether pairs (i, i) may be joined"),
    "p": Word("", "probability of a synapse"),
    "density": Word("", "share of pairs that are joined"),
    "r": Word("", "0 takes the nearest inputs, 1 any"),
    "exponent": Word("", "of the power law of degrees"),
    "beta": Word("", "share of the edges that move anywhere"),
    "which": Word("", "which reconstruction"),
    "radius": Word("as positions", "up to here the probability holds"),
    "length": Word("as positions", "distance over which the probability falls to 1/e"),
    "sigma": Word("", "standard deviation of the logarithm"),
    "Gaussian.sigma": Word("as positions", "width of the falloff"),
    "median": Word("", "half of the draws lie below"),
    "mean": Word("", "mean of the draws"),
    "sd": Word("", "standard deviation of the draws"),
    "low": Word("", "no draw lies below"),
    "high": Word("", "no draw lies above"),
    # stimuli
    "target": Word("", "the name of a population, or of several"),
    "amplitude": Word("as i_ext", "how large the current is, one number or one a neuron"),
    "start": Word("ms", "from here"),
    "stop": Word("ms", "to before here"),
    "RampCurrent.stop": Word("ms", "where the amplitude is reached"),
    "frequency": Word("Hz", "of the sine"),
    "phase": Word("rad", "of the sine at its start"),
    "OUCurrent.tau": Word("ms", "correlation time; 0 is white noise"),
    # plasticity
    "projection": Word("", "the name of the projection that learns"),
    "a_plus": Word(_WEIGHT, "gain of a pair in which the source fires first"),
    "a_minus": Word(_WEIGHT, "loss of a pair in which the target fires first"),
    "MultiplicativeSTDP.a_plus": Word("", "gain of such a pair, as a share of w_unit"),
    "MultiplicativeSTDP.a_minus": Word("", "loss of such a pair, as a share of the weight"),
    "w_max": Word(_WEIGHT, "upper bound of the weight"),
    "w_min": Word(_WEIGHT, "lower bound of the weight"),
    "w_unit": Word(_WEIGHT, "the weight that gains are shares of"),
    "tau_plus": Word("ms", "of the trace that presynaptic spikes leave"),
    "tau_minus": Word("ms", "of the trace that postsynaptic spikes leave"),
    "tau_e": Word("ms", "how long a synapse stays eligible"),
    "mu": Word("", "how changes depend on the weight: 0 not at all, 1 in proportion"),
    "nearest": Word("", "whether only the nearest spikes pair"),
    "unit": Word(_WEIGHT, "the weight that amplitudes of the fit are shares of"),
    "fit": Word("", "amplitudes and time constants, a TripletFit"),
    "eta": Word(_WEIGHT, "change that a pair of spikes makes"),
    "InhibitorySTDP.rate": Word("Hz", "the rate that targets come to"),
    "InhibitorySTDP.tau": Word("ms", "of both traces"),
    "strongest": Word(_WEIGHT, "the bound away from 0, negative for negative weights"),
    "use": Word("", "share of the resources that a first spike uses"),
    "c_pre": Word(
        "", "calcium that an arriving spike lets in, in units of a threshold of 1"
    ),
    "c_post": Word("", "calcium that a spike of the target lets in, likewise"),
    "tau_calcium": Word("ms", "of the decay of calcium"),
    "theta_d": Word("", "calcium above which a synapse weakens"),
    "theta_p": Word("", "calcium above which a synapse strengthens"),
    "gamma_d": Word("", "how quickly it weakens there, in units of 1 / tau"),
    "gamma_p": Word("", "how quickly it strengthens there, likewise"),
    "GraupnerBrunel.tau": Word("ms", "how slowly weights follow their calcium"),
    "bistable": Word("", "whether weights drift to the nearer of both ends"),
    "tau_rec": Word("ms", "how long used resources take to recover"),
    "tau_facil": Word("ms", "how long a lifted use takes to fall; 0 is depression alone"),
    "Dopamine.tau": Word("ms", "time constant of released dopamine"),
    "tonic": Word("", "concentration that is always there"),
    "strength": Word("", "largest relative change of a weight at a call"),
    "SynapticScaling.target": Word("Hz", "the rate that neurons come to"),
    "total": Word(_WEIGHT, "sum of the weights of a neuron"),
    "side": Word("", "'in' scales what a neuron receives, 'out' what it sends"),
    "Oja.rate": Word("", "learning rate"),
    "BCM.rate": Word("", "learning rate"),
    "share": Word("", "how much of the threshold one sample replaces"),
}


def word(kind: str, name: str, text: str = "") -> Word:
    """The unit and the meaning of a parameter of a class.

    Args:
        kind: the class.
        name: of the parameter.
        text: what its docstring says of it, which goes before the table.

    >>> word("LIF", "tau_mem")
    Word(unit='ms', meaning='membrane time constant')
    >>> word("PoissonSource", "rate", "in Hz: one number")
    Word(unit='Hz', meaning='in Hz: one number')
    """
    own = WORDS.get(f"{kind}.{name}")
    if own is not None:
        return own
    if text:
        return Word(UNITS.get(name) or unit_of(name), text)
    return WORDS.get(name, Word("", ""))
