"""How good codes and dictionaries are: sparsity, what is left over, atoms that were recovered."""
