"""Parts of the continual-learning study: permuted MNIST and Split-MNIST."""
