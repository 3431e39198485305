"""Model files: one with every table, and a document to put tables into."""

from pathlib import Path
from typing import Any

MODEL = """
title = "two groups"
[simulation]
duration = 50.0
seed = 3
[[population]]
name = "E"
n = 8
model = { kind = "LIF", tau_mem = 10, v_rest = -60.0 }
[[population]]
name = "I"
n = 2
initial = { v = [-60.0, -55] }
[population.model]
kind = "LIF"
[[projection]]
pre = "E"
post = "I"
weight = 0.5
delay = 1.5
wiring = { kind = "AllToAll" }
[[stimulus]]
kind = "PoissonInput"
target = "E"
rate = 100.0
weight = 1
[[record]]
kind = "Spikes"
population = "E"
"""


def write(folder: Path, text: str = MODEL) -> Path:
    path = folder / "model.toml"
    path.write_text(text, encoding="utf-8")
    return path


def document(**more: Any) -> dict[str, Any]:
    """A small model with `more` tables put in."""
    base = {
        "simulation": {"duration": 10.0},
        "population": [
            {"name": "E", "n": 8, "model": {"kind": "LIF"}, "initial": {"v": -60}},
            {
                "name": "I",
                "n": 2,
                "model": {"kind": "LIFExp", "tau_mem": [10.0, 20.0]},
                "mode": "clock",
            },
        ],
    }
    return base | more
