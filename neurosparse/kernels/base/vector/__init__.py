"""Lanes, tiles, blocks and threads: the pieces that vector code over sparse rows is made of."""
