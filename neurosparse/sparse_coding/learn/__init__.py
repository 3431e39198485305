"""Dictionaries learned from signals: one rule a file, one loop for all."""
