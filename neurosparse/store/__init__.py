"""Files that are whole or not there: single files, folders, Zarr stores, checkpoints."""
