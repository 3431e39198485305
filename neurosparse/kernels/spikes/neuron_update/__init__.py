"""One step of a population: advance every neuron, find those that cross the threshold, reset them.

`rows` [n_state, n] holds the state variables, `coefficients` [n_coefficients, n or 1] what the
model derived from its parameters for this dt, `ready` int32[n] the first step in which a neuron is
no longer refractory.
The model gives `update(s, p, since) -> (s, crossed)` and `reset(s, p) -> s` on one neuron's
scalars, where
`since = step - ready`: negative while refractory, 0 in the first free step.
"""
