"""STanHop-Net: forecasting by sparse associations over time, across series and with an external
memory.
"""
