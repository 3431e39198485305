"""The fair comparison of sparse and dense networks: equal budgets, paired seeds, everything
counted.
"""

from neurosparse.analysis.compare.contestant import Contestant as Contestant
from neurosparse.analysis.compare.contestant import baselines as baselines
from neurosparse.analysis.compare.contestant import known as known
from neurosparse.analysis.compare.contestant import methods as methods
from neurosparse.analysis.compare.report import report as report
from neurosparse.analysis.compare.settings import Settings as Settings
from neurosparse.analysis.compare.study import compare as compare
from neurosparse.analysis.compare.table import markdown as markdown
from neurosparse.analysis.compare.table import summarise as summarise
from neurosparse.analysis.compare.trial import Trial as Trial
