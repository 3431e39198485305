"""Reports: one HTML page, complete in itself, of a run, a training, a comparison, a benchmark or a
graph.
"""

from neurosparse.analysis.reports.build import report as report
from neurosparse.analysis.reports.build import sections_of as sections_of
from neurosparse.analysis.reports.page import Section as Section
from neurosparse.analysis.reports.page import Sheet as Sheet
from neurosparse.analysis.reports.page import Words as Words
from neurosparse.analysis.reports.page import render as render
from neurosparse.analysis.reports.picture import Picture as Picture
from neurosparse.analysis.reports.picture import picture as picture
