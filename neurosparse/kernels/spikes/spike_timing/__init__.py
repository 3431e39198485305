"""Weights that change as spikes arrive: pre- and postsynaptic traces, a rule for each kind of
event.

In one step, for one projection: all traces decay; for each arriving presynaptic spike i its row is
delivered with the weights as they are and then w <- on_pre(w, x_i, y_j); arrived spikes enter the
traces x; for each postsynaptic spike j of this step w <- on_post(w, x_i, y_j) for its incoming
synapses; they enter the traces y.
So a pair in the same step counts as pre before post. Weights and traces are float32.

A synapse carries only spikes that left since it is there: after an edit at step `epoch`, a spike
that left `back` steps before it goes through the synapses whose `age` [nnz], in steps at `epoch`,
is at least `back`, and changes only those.

A rule with a third factor changes an eligibility e [nnz] in the place of w; the weights delivered
stay as they are.
"""
