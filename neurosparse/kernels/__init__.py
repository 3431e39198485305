"""Operations on arrays: one folder each, a naive law beside its fast paths."""

# a collection through the top-level link would cache Numba code under the wrong module name
assert __name__ == "neurosparse.kernels"
