"""Models from equations: read, analysed, and written as the class that a person would write."""
