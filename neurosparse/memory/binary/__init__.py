"""Binary and classical associative memories: stored in bits, decoded by kernels, run as spiking
networks.
"""
