"""What those who study a connectome ask of its graph: controls, motifs, paths, hierarchy."""
