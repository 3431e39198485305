from ._connectivity import Block as Block
from ._connectivity import ByPost as ByPost
from ._connectivity import Connectivity as Connectivity
from ._connectivity import Edit as Edit
