"""The fair comparison of sparse and dense networks: equal budgets, paired seeds, everything
counted.
"""
