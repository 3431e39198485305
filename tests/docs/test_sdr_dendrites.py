"""The example of dendrites that predict."""

import runpy
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "sdr_dendrites.py"


def test_the_example_predicts(capsys):
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    said = [
        line.split("fire early: ")[1] for line in capsys.readouterr().out.splitlines()[1:]
    ]
    assert [line.startswith("[7, 23], ") for line in said] == [True, True, False]
    assert said[2].startswith("[], ")
