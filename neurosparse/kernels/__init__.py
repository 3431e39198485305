"""Operations on arrays: one folder each, a naive law beside its fast paths.

In each folder `__init__.py` says the law, `naive.py` is the law in NumPy, `cpu.py` the fast path by
Numba, `gpu.py` by Triton, `autograd.py` the gradients for torch.

```text
base      csr                 compressed rows: sort, check, transpose, edit, cut
base      machine             the program that runs operations step by step
base      philox              random words as a function of a counter
base      vector              lanes, tiles, blocks, threads for sparse products
spikes    coincidence         delivery through a bit matrix
spikes    couple              values that synapses carry in every step
spikes    current             injected currents
spikes    deliver             each spike's row onto its targets
spikes    event_update        neurons that sleep until input comes
spikes    neuron_update       one step of a population
spikes    phase_lif           exact events of LIF neurons in phase form
spikes    poisson             Poisson events of each neuron and step
spikes    exchange            spikes of a window of steps as ranks send them
spikes    record              state copied out in the time loop
spikes    spike_timing        weights that change as spikes arrive
spikes    weight_update       weights changed all at once, between steps
layers    condensed_matmul    a batch through constant fan-in
layers    csr_matmul          a batch through a sparse matrix, gradients
layers    hebbian             products of activity on the support
layers    k_winners           the k largest of each row
layers    recurrent_scan      recurrent leaky neurons through time
layers    sampled_outer       an outer product on the support only
coding    convolutional_descent  entries of shifted kernels, one by one
coding    decode_rows         sums of the rows that a code names
coding    encode_topk         the k best rows of each sample
coding    lasso_descent       the lasso on a working set, to a duality gap
coding    lca_events          coefficients one at a time, each a message
coding    pursuit             atoms one after the other, from a Gram matrix
memory    bit_rows            rows of a bit matrix: take up, count
memory    clique_decode       decoding in clustered bit matrices
memory    entmax              sparse weights from scores
memory    overlap             popcounts of packed patterns
memory    retrieve            queries, scores, support, gather
memory    spatial_pooler      overlap, inhibition, learning of a pooler
memory    temporal_memory     segments, cells, learning of sequences
graphs    absent_pairs        high scores among pairs not joined
graphs    betweenness         shortest paths through each neuron
graphs    directed_cliques    simplices of each dimension
graphs    feedback_order      little weight runs backward
graphs    four_motifs         patterns of four neurons, drawn
graphs    hop_sums            sums over hop distances
graphs    link_scores         Cannistraci-Hebb scores
graphs    match_strengths     weights that restore sums received
graphs    modularity          communities of an undirected graph
graphs    neighbour_sums      values of neighbours, now or in the past
graphs    pruned_product      a sparse product, cut row by row
graphs    shuffle_classes     random graphs of the same classes
graphs    shuffle_directed    random graphs of the same degrees
graphs    shuffle_undirected  the same without directions
graphs    skeleton            who is joined to whom, either way
graphs    triads_of           triads that each neuron is one of
graphs    triangles           every triangle once
graphs    wire                random wiring straight into rows
measures  sparse_regression   lasso from moments
measures  spike_intervals     interspike intervals in one pass
measures  spike_windows       counts in windows in one pass
measures  transfer_entropy    of all pairs of symbol series
```
"""

import lazy_loader

from neurosparse._faces import finding

# a collection through the top-level link would cache Numba code under the wrong module name
assert __name__ == "neurosparse.kernels"

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
