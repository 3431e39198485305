"""The mathematics of sparse distributed representations: how often unrelated patterns match.

Symbols: n cells, a (or w) active cells in a pattern, s synapses of a segment, θ threshold, M stored
patterns, v active cells displaced by noise. Every probability has a logarithmic form (`log_...`,
natural logarithm), which never underflows; the plain form returns the smallest positive double in
place of a wrong 0. `monte_carlo` holds an experiment for each formula.

Source: Ahmad & Hawkins, arXiv:1503.07469 (2015) and arXiv:1601.00720 (2016); Hawkins & Ahmad, "Why
neurons have thousands of synapses", Front. Neural Circuits 10:23 (2016),
doi:10.3389/fncir.2016.00023.
"""

from neurosparse.sdr.theory.capacity import log_n_codes as log_n_codes
from neurosparse.sdr.theory.capacity import max_entropy as max_entropy
from neurosparse.sdr.theory.capacity import n_codes as n_codes
from neurosparse.sdr.theory.capacity import overlap_set as overlap_set
from neurosparse.sdr.theory.capacity import same_code as same_code
from neurosparse.sdr.theory.classification import classification as classification
from neurosparse.sdr.theory.classification import classification_bound as classification_bound
from neurosparse.sdr.theory.classification import log_classification as log_classification
from neurosparse.sdr.theory.matching import exact_false_negative as exact_false_negative
from neurosparse.sdr.theory.matching import exact_false_positive as exact_false_positive
from neurosparse.sdr.theory.matching import false_negative as false_negative
from neurosparse.sdr.theory.matching import false_positive as false_positive
from neurosparse.sdr.theory.matching import inexact_match as inexact_match
from neurosparse.sdr.theory.matching import leading_term as leading_term
from neurosparse.sdr.theory.matching import log_false_negative as log_false_negative
from neurosparse.sdr.theory.matching import log_false_positive as log_false_positive
from neurosparse.sdr.theory.sequences import mixed_segment as mixed_segment
from neurosparse.sdr.theory.sequences import sequence_jaccard as sequence_jaccard
from neurosparse.sdr.theory.thresholds import ThresholdRow as ThresholdRow
from neurosparse.sdr.theory.thresholds import threshold_sweep as threshold_sweep
from neurosparse.sdr.theory.unions import expected_ones as expected_ones
from neurosparse.sdr.theory.unions import log_union_match as log_union_match
from neurosparse.sdr.theory.unions import log_union_zero as log_union_zero
from neurosparse.sdr.theory.unions import union_inexact_match as union_inexact_match
from neurosparse.sdr.theory.unions import union_match as union_match
from neurosparse.sdr.theory.unions import union_zero as union_zero
from neurosparse.sdr.theory.unions import union_zero_approximation as union_zero_approximation

__all__ = [
    "ThresholdRow",
    "classification",
    "classification_bound",
    "exact_false_negative",
    "exact_false_positive",
    "expected_ones",
    "false_negative",
    "false_positive",
    "inexact_match",
    "leading_term",
    "log_classification",
    "log_false_negative",
    "log_false_positive",
    "log_n_codes",
    "log_union_match",
    "log_union_zero",
    "max_entropy",
    "mixed_segment",
    "n_codes",
    "overlap_set",
    "same_code",
    "sequence_jaccard",
    "threshold_sweep",
    "union_inexact_match",
    "union_match",
    "union_zero",
    "union_zero_approximation",
]
