"""Networks as tables of TOML: read strictly, written whole."""
