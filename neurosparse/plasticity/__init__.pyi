# what a rule is
from .base import Simulation as Simulation
from .base import SpikeTimingRule as SpikeTimingRule
from .base import check_rule as check_rule

# spike timing
from .inhibitory import InhibitoryCoefficients as InhibitoryCoefficients
from .inhibitory import InhibitorySTDP as InhibitorySTDP
from .multiplicative import MultiplicativeCoefficients as MultiplicativeCoefficients
from .multiplicative import MultiplicativeSTDP as MultiplicativeSTDP
from .pair import PairCoefficients as PairCoefficients
from .pair import PairSTDP as PairSTDP
from .pair import PairTrace as PairTrace
from .pair import PairTraces as PairTraces
from .triplet import HIPPOCAMPUS as HIPPOCAMPUS
from .triplet import HIPPOCAMPUS_MINIMAL as HIPPOCAMPUS_MINIMAL
from .triplet import HIPPOCAMPUS_NEAREST as HIPPOCAMPUS_NEAREST
from .triplet import HIPPOCAMPUS_NEAREST_MINIMAL as HIPPOCAMPUS_NEAREST_MINIMAL
from .triplet import VISUAL_CORTEX as VISUAL_CORTEX
from .triplet import VISUAL_CORTEX_MINIMAL as VISUAL_CORTEX_MINIMAL
from .triplet import VISUAL_CORTEX_NEAREST as VISUAL_CORTEX_NEAREST
from .triplet import VISUAL_CORTEX_NEAREST_MINIMAL as VISUAL_CORTEX_NEAREST_MINIMAL
from .triplet import TripletCoefficients as TripletCoefficients
from .triplet import TripletFit as TripletFit
from .triplet import TripletSTDP as TripletSTDP
from .triplet import TripletTrace as TripletTrace

# synapses that keep more than a weight, and rules together
from .calcium import CalciumCoefficients as CalciumCoefficients
from .calcium import CalciumSynapse as CalciumSynapse
from .calcium import GraupnerBrunel as GraupnerBrunel
from .calcium import NoTrace as NoTrace
from .composed import Composed as Composed

# how much of a weight is delivered
from .short_term import Resources as Resources
from .short_term import ShortTermRule as ShortTermRule
from .short_term import TsodyksMarkram as TsodyksMarkram
from .short_term import TsodyksMarkramCoefficients as TsodyksMarkramCoefficients

# a third factor, and rates that settle
from .dopamine import Dopamine as Dopamine
from .dopamine import DopamineCoefficients as DopamineCoefficients
from .dopamine import DopamineSTDP as DopamineSTDP
from .normalisation import WeightNormalisation as WeightNormalisation
from .scaling import SynapticScaling as SynapticScaling

# activity of rates
from .hebbian import BCM as BCM
from .hebbian import BCMStep as BCMStep
from .hebbian import Oja as Oja
