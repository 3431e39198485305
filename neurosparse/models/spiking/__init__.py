"""Recurrent spiking networks that are trained, and their exchange with other tools."""
