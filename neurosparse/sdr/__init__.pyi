# the value, batches of it, spikes
from .value import SDR as SDR
from .batch import dense_batch as dense_batch
from .batch import overlaps as overlaps
from .batch import packed_batch as packed_batch
from .packing import pack as pack
from .packing import unpack as unpack
from .spikes import from_spikes as from_spikes
from .spikes import to_spikes as to_spikes

# running metrics of a stream
from .metrics import ActivationFrequency as ActivationFrequency
from .metrics import Metrics as Metrics
from .metrics import OverlapMetric as OverlapMetric
from .metrics import RunningMean as RunningMean

# theory: how many codes there are (F1-F3)
from .theory.capacity import n_codes as n_codes
from .theory.capacity import log_n_codes as log_n_codes
from .theory.capacity import same_code as same_code
from .theory.capacity import overlap_set as overlap_set
from .theory.capacity import max_entropy as max_entropy

# theory: how often a pattern matches by chance, or is missed (F4-F7)
from .theory.matching import false_positive as false_positive
from .theory.matching import log_false_positive as log_false_positive
from .theory.matching import exact_false_positive as exact_false_positive
from .theory.matching import inexact_match as inexact_match
from .theory.matching import leading_term as leading_term
from .theory.matching import false_negative as false_negative
from .theory.matching import log_false_negative as log_false_negative
from .theory.matching import exact_false_negative as exact_false_negative
from .theory.classification import classification as classification
from .theory.classification import log_classification as log_classification
from .theory.classification import classification_bound as classification_bound

# theory: unions of codes (F8-F12), sequences (F13, F14), thresholds
from .theory.unions import expected_ones as expected_ones
from .theory.unions import union_zero as union_zero
from .theory.unions import log_union_zero as log_union_zero
from .theory.unions import union_zero_approximation as union_zero_approximation
from .theory.unions import union_match as union_match
from .theory.unions import log_union_match as log_union_match
from .theory.unions import union_inexact_match as union_inexact_match
from .theory.sequences import mixed_segment as mixed_segment
from .theory.sequences import sequence_jaccard as sequence_jaccard
from .theory.thresholds import ThresholdRow as ThresholdRow
from .theory.thresholds import threshold_sweep as threshold_sweep

# theory: the same as experiments
from .theory.monte_carlo import Estimate as Estimate
from .theory.monte_carlo import random_codes as random_codes
from .theory.monte_carlo import simulated_overlap_share as simulated_overlap_share
from .theory.monte_carlo import simulated_false_positive as simulated_false_positive
from .theory.monte_carlo import simulated_false_negative as simulated_false_negative
from .theory.monte_carlo import simulated_classification as simulated_classification
from .theory.monte_carlo import simulated_expected_ones as simulated_expected_ones
from .theory.monte_carlo import simulated_union_match as simulated_union_match
from .theory.monte_carlo import simulated_sequence_jaccard as simulated_sequence_jaccard

# theory: the curves of the papers
from .theory.figures import plot_false_positive_curves as plot_false_positive_curves
from .theory.figures import plot_size_curves as plot_size_curves
from .theory.figures import plot_noise_curves as plot_noise_curves
from .theory.figures import plot_accuracy_curves as plot_accuracy_curves
from .theory.figures import plot_classification_curves as plot_classification_curves
from .theory.figures import plot_union_curves as plot_union_curves
from .theory.figures import plot_threshold_curve as plot_threshold_curve
from .theory.figures import plot_sequence_curve as plot_sequence_curve
