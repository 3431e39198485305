"""SONATA: the HDF5 files of nodes, edges and spikes that NEST, NetPyNE, BMTK and libsonata
exchange.

Populations, ids and attributes as in the SONATA developer guide: every file says `magic` 0x0A7A and
its `version`; node ids are uint64, delays and time stamps in ms, weights `syn_weight` in the unit
of the model.

Source: K. Dai et al., PLoS Comput. Biol. 16 (2020), doi:10.1371/journal.pcbi.1007696.
"""
