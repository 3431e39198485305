"""Studies of model files: what a study file may say, and the trial that runs a model."""
