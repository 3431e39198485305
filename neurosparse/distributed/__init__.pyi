from .links import RanksError as RanksError
from .mpi import Mpi as Mpi
from .partitions import Contiguous as Contiguous
from .partitions import Placed as Placed
from .ranks import Ranks as Ranks
from .rehearsal import rehearse as rehearse
