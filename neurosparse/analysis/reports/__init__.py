"""Reports: one HTML page, complete in itself, of a run, a training, a comparison or a graph."""
