"""Pieces of the study of local learning, each one seed of one method."""
