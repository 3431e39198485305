"""Early vision: what stands before a network of images, and ways past its stages."""
