"""The event-driven engine: compile, run, record, checkpoint."""
