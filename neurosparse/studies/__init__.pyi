# what is run
from .study import Study as Study
from .study import Trial as Trial

# where
from .clusters import Address as Address
from .clusters import Here as Here
from .clusters import Local as Local
from .clusters import Slurm as Slurm
from .arrays import SlurmArray as SlurmArray

# doing it, and what came out
from .running import run_study as run_study
from .search import Range as Range
from .search import search_study as search_study
from .table import StudyTable as StudyTable
from .table import read_study as read_study
