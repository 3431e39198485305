# spatial pooler and its parts
from .spatial_pooler import SpatialPooler as SpatialPooler
from .pooler_parts import Boosting as Boosting
from .pooler_parts import PoolerState as PoolerState
from .pooler_parts import PoolPermanence as PoolPermanence
from .pooler_parts import PotentialPool as PotentialPool
from .inhibition import GlobalInhibition as GlobalInhibition
from .inhibition import Hood as Hood
from .inhibition import LocalInhibition as LocalInhibition

# temporal memory and its parts
from .temporal_memory import SequenceMoment as SequenceMoment
from .temporal_memory import TemporalMemory as TemporalMemory
from .memory_parts import Growth as Growth
from .memory_parts import SegmentThresholds as SegmentThresholds
from .memory_parts import SynapsePermanence as SynapsePermanence

# labels of codes
from .classifier import Predictor as Predictor
from .classifier import Record as Record
from .classifier import SDRClassifier as SDRClassifier

# anomalies in a stream
from .anomaly import AnomalyLikelihood as AnomalyLikelihood
from .anomaly import LikelihoodState as LikelihoodState
from .anomaly import anomaly_score as anomaly_score
from .anomaly import log_score as log_score
from .detector import Alarm as Alarm
from .detector import AnomalyDetector as AnomalyDetector
from .detector import DetectorSettings as DetectorSettings
from .detector import Judgement as Judgement
