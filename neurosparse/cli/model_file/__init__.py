"""Models as TOML files: read strictly, overridden by `--set`, built into networks."""
