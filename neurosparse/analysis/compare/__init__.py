"""The fair comparison of sparse and dense networks: equal budgets, paired seeds, everything counted."""

from neurosparse.analysis.compare.contestant import Contestant as Contestant
from neurosparse.analysis.compare.contestant import baselines as baselines
from neurosparse.analysis.compare.contestant import methods as methods
from neurosparse.analysis.compare.study import Study as Study
from neurosparse.analysis.compare.study import compare as compare
from neurosparse.analysis.compare.table import markdown as markdown
from neurosparse.analysis.compare.table import summarise as summarise
