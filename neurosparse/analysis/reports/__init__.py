"""Reports: one HTML page, complete in itself, of a run, a training, a comparison, a benchmark or a
graph.
"""
