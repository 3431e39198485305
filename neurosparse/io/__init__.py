"""File formats, one a file."""

from neurosparse.io.checkpoint import Checkpoint as Checkpoint
from neurosparse.io.checkpoint import load_checkpoint as load_checkpoint
from neurosparse.io.checkpoint import save_checkpoint as save_checkpoint
