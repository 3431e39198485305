"""File formats, one a file."""

from neurosparse.store.checkpoint import Checkpoint as Checkpoint
from neurosparse.store.checkpoint import load_checkpoint as load_checkpoint
from neurosparse.store.checkpoint import save_checkpoint as save_checkpoint
