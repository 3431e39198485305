"""Networks whose layers learn by what is at hand: no error travels back through the whole."""
