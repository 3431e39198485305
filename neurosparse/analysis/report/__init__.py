"""Reports: one HTML page, complete in itself, of a run, a training, a comparison, a benchmark or a
graph.
"""

from neurosparse.analysis.report.build import report as report
from neurosparse.analysis.report.build import sections_of as sections_of
from neurosparse.analysis.report.page import Section as Section
from neurosparse.analysis.report.page import Sheet as Sheet
from neurosparse.analysis.report.page import Words as Words
from neurosparse.analysis.report.page import render as render
from neurosparse.analysis.report.picture import Picture as Picture
from neurosparse.analysis.report.picture import picture as picture
