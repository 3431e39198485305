"""Rules that change weights: by spike timing, by a third factor, towards a rate, by activity."""

from neurosparse.plasticity.base import SpikeTimingRule as SpikeTimingRule
from neurosparse.plasticity.dopamine import Dopamine as Dopamine
from neurosparse.plasticity.dopamine import DopamineSTDP as DopamineSTDP
from neurosparse.plasticity.hebbian import BCM as BCM
from neurosparse.plasticity.hebbian import Oja as Oja
from neurosparse.plasticity.multiplicative import MultiplicativeSTDP as MultiplicativeSTDP
from neurosparse.plasticity.pair import PairSTDP as PairSTDP
from neurosparse.plasticity.scaling import SynapticScaling as SynapticScaling
from neurosparse.plasticity.triplet import TripletFit as TripletFit
from neurosparse.plasticity.triplet import TripletSTDP as TripletSTDP
