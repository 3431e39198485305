"""Copy chosen neurons' state into a buffer every few steps, inside the time loop."""
