"""Features that matter, told by the synapses that training leaves."""
