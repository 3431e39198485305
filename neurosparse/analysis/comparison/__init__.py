"""The fair comparison of sparse and dense networks: equal budgets, paired seeds, everything
counted.
"""

from neurosparse.analysis.comparison.contestant import Contestant as Contestant
from neurosparse.analysis.comparison.contestant import baselines as baselines
from neurosparse.analysis.comparison.contestant import known as known
from neurosparse.analysis.comparison.contestant import methods as methods
from neurosparse.analysis.comparison.report import report as report
from neurosparse.analysis.comparison.settings import Settings as Settings
from neurosparse.analysis.comparison.study import compare as compare
from neurosparse.analysis.comparison.table import markdown as markdown
from neurosparse.analysis.comparison.table import summarise as summarise
from neurosparse.analysis.comparison.trial import Trial as Trial
