"""What a network does and holds, counted from arrays of activity and from real synapses.

Names and definitions are those of J. Yik et al., "The NeuroBench framework", Nat. Commun. 16
(2025), doi:10.1038/s41467-025-56739-4, package neurobench 2: it sees dense PyTorch layers only,
these functions also synapses.
"""
