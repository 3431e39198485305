"""What every family of kernels stands on: the program machine, random words, rows, vector code."""
