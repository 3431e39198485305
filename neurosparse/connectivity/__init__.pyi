from ._block import Block as Block
from ._connectivity import ByPost as ByPost
from ._connectivity import Connectivity as Connectivity
from ._edit import Edit as Edit
