"""The mathematics of sparse distributed representations: how often unrelated patterns match.

Symbols: n cells, a (or w) active cells in a pattern, s synapses of a segment, θ threshold, M stored
patterns, v active cells displaced by noise. Every probability has a logarithmic form (`log_...`,
natural logarithm), which never underflows; the plain form returns the smallest positive double in
place of a wrong 0. `monte_carlo` holds an experiment for each formula.

Source: Ahmad & Hawkins, arXiv:1503.07469 (2015) and arXiv:1601.00720 (2016); Hawkins & Ahmad, "Why
neurons have thousands of synapses", Front. Neural Circuits 10:23 (2016),
doi:10.3389/fncir.2016.00023.
"""
