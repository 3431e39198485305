"""Delivery of spikes: each spike adds its row of weights to the input of its targets.

For spikes i and stored synapses k of row i: target[indices[k]] += weight[k], in the order of the
spikes and, within a row, of the synapses. A thread walks only the part of each row that falls into
its own slice, segments[i, thread]..segments[i, thread + 1], so nothing is shared and the order of
additions never changes.
"""
