"""`neurosparse partition` says what each rank would have to do."""

from pathlib import Path

import pytest

from neurosparse.cli import status

MODEL = """
simulation = {duration = 100.0}

[[population]]
name = "E"
n = 100
model = {kind = "LIF"}

[[projection]]
pre = "E"
post = "E"
wiring = {kind = "FixedInDegree", k = 5}
delay = 1.5
"""


def test_a_model_file_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.toml"
    model.write_text(MODEL, encoding="utf-8")
    assert status(["partition", str(model), "--ranks", "2"]) == 0
    said = capsys.readouterr().out
    assert "16 steps between exchanges" in said
    assert [line.split()[:2] for line in said.splitlines()[1:3]] == [
        ["0", "64"],
        ["1", "36"],
    ]
    assert status(["partition", str(tmp_path / "none.toml"), "--ranks", "2"]) != 0


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('{kind = "Placed", ranks = {E = 1}}', "1  100"),
        ('{kind = "Placed", ranks = {F = 1}}', "simulation.partition: "),
        ('{kind = "Placed", rank = {E = 1}}', "did you mean 'ranks'"),
        ('{kind = "Dealt"}', "simulation.partition"),
        ('{kind = "Contiguous", synapse = 0.1}', "0  64"),
    ],
)
def test_a_model_file_says_who_owns_what(
    tmp_path: Path, table: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.toml"
    text = MODEL.replace("100.0}", f"100.0, partition = {table}}}")
    model.write_text(text, encoding="utf-8")
    status(["partition", str(model), "--ranks", "2"])
    said = capsys.readouterr()
    assert says in " ".join((said.out + said.err).replace("     ", "  ").split(" "))
