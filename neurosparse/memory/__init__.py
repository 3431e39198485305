"""Associative memories: binary and classical ones, and modern Hopfield memories of vectors."""
