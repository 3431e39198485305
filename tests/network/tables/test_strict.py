"""Model files that cannot be meant are refused by table and key."""

from pathlib import Path

import pytest

from neurosparse.cli.model_file.files import load_config
from neurosparse.network.tables.strict import ConfigError
from tests.cli.model_file.models import MODEL, write


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seed = 3", "sede = 3", "simulation.sede: unknown key; did you mean 'seed'?"),
        (
            "[simulation]",
            "[simulaton]",
            "simulaton: unknown key; did you mean 'simulation'?",
        ),
        ("duration = 50.0", "", "simulation: duration is missing"),
        (
            "duration = 50.0",
            'duration = "long"',
            "simulation.duration: got 'long', wants a number",
        ),
        ("duration = 50.0", "duration = 50.04", "wants a multiple of dt = 0.1 ms"),
        ("duration = 50.0", "duration = -1", "wants a time in ms above 0"),
        ("duration = 50.0", "duration = nan", "wants a time in ms above 0"),
        ("seed = 3", "seed = true", "simulation.seed: got True, wants a whole number"),
        ("seed = 3", "seed = 3.5", "simulation.seed: got 3.5, wants a whole number"),
        ("seed = 3", "seed = -1", "simulation.seed: got -1"),
        ("seed = 3", "threads = 0", "simulation.threads: got 0, wants 1 or more"),
        ("n = 8", 'n = "8"', "population[0].n: got '8', wants a whole number"),
        (
            "n = 2",
            "n = 2\nmodus = 1",
            "population[1].modus: unknown key; did you mean 'mode'?",
        ),
        (
            'kind = "AllToAll"',
            'kindd = "x"',
            "projection[0].wiring: got {'kindd': 'x'}, wants a table with kind",
        ),
        (
            "weight = 0.5",
            "weight = true",
            "projection[0].weight: got True, wants a number or a list",
        ),
        (
            "weight = 0.5",
            'weight = [1.0, "a"]',
            "projection[0].weight[1]: got 'a', wants a number",
        ),
        ("v = [-60.0, -55]", "v = false", "population[1].initial.v: got False"),
        ("[[record]]", "[record]", "record: got"),
        ("title = ", "title ", "not TOML"),
    ],
)
def test_bad_input_is_named(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in MODEL
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, MODEL.replace(old, new, 1)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
