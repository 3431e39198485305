# the design
from .controls import Control as Control
from .controls import Rewired as Rewired
from .experiment import Experiment as Experiment
from .file import read_experiment as read_experiment
from .interventions import Inject as Inject
from .interventions import Intervention as Intervention
from .interventions import Lesion as Lesion
from .interventions import Silence as Silence
from .interventions import Stimulate as Stimulate

# what comes out
from .effects import Effect as Effect
from .evidence import Evidence as Evidence
from .evidence import open_evidence as open_evidence
from .page import experiment_report as experiment_report
