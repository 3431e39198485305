"""A comparison that takes seconds, and a way to run its trials in this process."""

from neurosparse.analysis import ComparisonSettings
from neurosparse.analysis.comparison.settings import load
from neurosparse.analysis.comparison.trial import measured

WIDTHS = (20, 40, 40, 4)
SMALL = ComparisonSettings(
    hidden=(24, 24), sparsities=(0.8,), methods=("SET",), seeds=2, epochs=3
)


def here(settings, trial):
    """Run a trial in this process, where starting another would be slow."""
    return measured(settings, trial, load(settings))
