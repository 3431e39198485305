"""NIR, the exchange format of neuromorphic libraries: a recurrent spiking network to and from its
graph.

A network is Input -> Affine -> LIF or CubaLIF (-> Linear -> the same neurons) -> Affine (-> LI) ->
Output. Time constants are in seconds, as the libraries that read NIR take them. NIR knows neither a
step nor sparse weights, nor delays of synapses, nor any reset but the one to a value: what it
cannot say stands in the metadata of the nodes (`dt_ms`, `method`, `reset`, the synapses as CSR with
their delays), where `read_nir` finds it again; other readers get the dense matrix. One step of the
graph's equations over dt is taken

- "exact": beta = e^(-dt/tau), the input counts R (1 - beta); or
- "euler": beta = 1 - dt/tau, the input counts R dt/tau, as snnTorch means it.

Source: Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9.
"""
