"""Coupling by values: what neurons show in a step, and what synapses make of it in the next.

Neuron j shows y_j = f(x_j) at the end of each step, in a ring of as many steps as the longest delay
and two more, so that threads which read it never meet those that write. In step s synapse k from j
to i with weight w adds, of y as shown in step s - 1 - delay,

GRADED      w y_j                    (a value)
JUNCTION    w (y_j - y_i)            (a gap junction)
INTO        w max(y_j - y_i, 0)      (a rectifying one, into its target)
OUT_OF      w min(y_j - y_i, 0)      (the same, out of the other end: rows are turned round)

to the total of neuron i; then target[i] += gain[i] total[i]. Additions of values follow the rows; a
gap junction stands in the lists of both its neurons, which are summed in parts.
"""

GRADED = 0
JUNCTION = 1
INTO = 2
OUT_OF = 3
EXTRA = 2  # slots of a ring besides its longest delay
