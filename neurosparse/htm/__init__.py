"""Hierarchical temporal memory: spatial pooler, temporal memory, classifier, anomaly."""
