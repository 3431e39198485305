"""Hierarchical temporal memory: spatial pooler, temporal memory, classifier, anomaly detection."""

from neurosparse.htm.anomaly import AnomalyLikelihood as AnomalyLikelihood
from neurosparse.htm.anomaly import LikelihoodState as LikelihoodState
from neurosparse.htm.anomaly import anomaly_score as anomaly_score
from neurosparse.htm.anomaly import log_score as log_score
from neurosparse.htm.classifier import Predictor as Predictor
from neurosparse.htm.classifier import SDRClassifier as SDRClassifier
from neurosparse.htm.detector import Alarm as Alarm
from neurosparse.htm.detector import AnomalyDetector as AnomalyDetector
from neurosparse.htm.detector import DetectorSettings as DetectorSettings
from neurosparse.htm.inhibition import GlobalInhibition as GlobalInhibition
from neurosparse.htm.inhibition import LocalInhibition as LocalInhibition
from neurosparse.htm.memory_parts import Growth as Growth
from neurosparse.htm.memory_parts import SegmentThresholds as SegmentThresholds
from neurosparse.htm.memory_parts import SynapsePermanence as SynapsePermanence
from neurosparse.htm.pooler_parts import Boosting as Boosting
from neurosparse.htm.pooler_parts import PoolPermanence as PoolPermanence
from neurosparse.htm.pooler_parts import PotentialPool as PotentialPool
from neurosparse.htm.spatial_pooler import SpatialPooler as SpatialPooler
from neurosparse.htm.temporal_memory import Moment as Moment
from neurosparse.htm.temporal_memory import TemporalMemory as TemporalMemory

__all__ = [
    "Alarm",
    "AnomalyDetector",
    "AnomalyLikelihood",
    "Boosting",
    "DetectorSettings",
    "GlobalInhibition",
    "Growth",
    "LikelihoodState",
    "LocalInhibition",
    "Moment",
    "PoolPermanence",
    "PotentialPool",
    "Predictor",
    "SDRClassifier",
    "SegmentThresholds",
    "SpatialPooler",
    "SynapsePermanence",
    "TemporalMemory",
    "anomaly_score",
    "log_score",
]
