"""Forecasts of time series: baselines and STanHop-Net."""
