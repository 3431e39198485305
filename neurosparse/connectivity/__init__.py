"""Who connects to whom: `Connectivity`, its views, edits and conversions."""

from neurosparse.connectivity._block import Block as Block
from neurosparse.connectivity._connectivity import ByPost as ByPost
from neurosparse.connectivity._connectivity import Connectivity as Connectivity
from neurosparse.connectivity._edit import Edit as Edit
