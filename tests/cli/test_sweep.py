import csv
import sys

import pytest

from neurosparse.cli import status
from neurosparse.cli.sweep import where
from neurosparse.studies import Address, Here, Slurm, SlurmArray

MODEL = """
[simulation]
duration = 20.0
[[population]]
name = "E"
n = 20
model = { kind = "LIF", v_rest = -45.0 }
[[stimulus]]
kind = "PoissonInput"
target = "E"
rate = 1000.0
weight = 1.0
"""

STUDY = """
[study]
model = "model.toml"
repeats = 2
keep = ["recording"]
[study.vary]
"population.E.n" = [20, 30]
[study.measure]
rate = { kind = "Rate", population = "E", start = 5.0 }
sync = { kind = "Synchrony", population = "E" }
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "model.toml").write_text(MODEL)
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    return file


def test_a_study_file_leaves_a_table_and_recordings(study, tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    call = ["sweep", str(study), "--out", str(out)]
    # without processes, which the search below has
    place = sys.modules["neurosparse.cli.sweep"]
    monkeypatch.setattr(place, "where", lambda *options: Here())
    assert status(call) == 0
    assert "4 trials; table:" in capsys.readouterr().out
    with open(out / "table.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["population.E.n"] for row in rows] == ["20", "20", "30", "30"]
    assert all(float(row["rate"]) > 5 for row in rows)
    assert len({row["rate"] for row in rows}) > 1
    assert (out / "trials" / rows[0]["key"] / "recording.zarr").is_dir()
    # a value more runs what is new alone
    study.write_text(STUDY.replace("[20, 30]", "[20, 30, 40]"))
    before = (out / "trials" / rows[0]["key"]).stat().st_mtime_ns
    assert status(call) == 0
    assert "6 trials" in capsys.readouterr().out
    assert (out / "trials" / rows[0]["key"]).stat().st_mtime_ns == before


SEARCH = """
[study.search]
trials = 3
maximize = "rate"
space = { "stimulus.0.weight" = { low = 0.1, high = 2.0, log = true } }
"""


def test_a_search_is_a_study_too(study, tmp_path, capsys):
    study.write_text(STUDY.replace('[study.vary]\n"population.E.n" = [20, 30]', SEARCH))
    call = ["sweep", str(study), "--out", str(tmp_path / "out"), "--workers", "1"]
    assert status(call) == 0
    assert "3 trials" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("repeats", "repeat", "unknown key; did you mean 'repeats'?"),
        ("population.E.n", "population.X.n", "population.X: nothing there"),
        ("population.E.n", "population.E.m", "population[0].m: unknown key"),
        ("[20, 30]", "[20, -1]", "n"),
        ('"Rate"', '"Rat"', "did you mean 'Rate'?"),
        ('population = "E", start', 'population = "I", start', "one of E"),
        ("start = 5.0", "stat = 5.0", "did you mean 'start'?"),
        ("[20, 30]", "{ from = 1, to = 2 }", "{from, to, n, log}"),
        ('["recording"]', '["spikes"]', "study.keep[0]"),
        ("model.toml", "no.toml", "no such file"),
        ("[study]", "[studies]", "wants one table [study]"),
        ("repeats = 2", "repeats = ", "not TOML"),
    ],
)
def test_what_cannot_be_meant_leaves_nothing(study, tmp_path, capsys, old, new, words):
    study.write_text(STUDY.replace(old, new))
    assert status(["sweep", str(study), "--out", str(tmp_path / "out")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_options_mean_places():
    rest = (4, 1, 2.0, "01:00:00")
    assert where(None, "tcp://a:1", "", *rest) == Address("tcp://a:1")
    assert where(None, "", "slurm", *rest) == Slurm(4, 1, "2GB", "01:00:00")
    assert where(None, "", "slurm-array", *rest) == SlurmArray(4, 1, 2.0, "01:00:00")
    with pytest.raises(ValueError, match="did you mean 'slurm'"):
        where(None, "", "slrum", *rest)
    with pytest.raises(ValueError, match="one of"):
        where(2, "tcp://a:1", "", *rest)
