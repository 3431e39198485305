"""From activity back to wiring: estimates of who acts on whom, and how good they are."""
