"""Recurrent networks to and from the engine, NIR and snnTorch."""
