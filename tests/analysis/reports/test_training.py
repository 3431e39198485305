"""Pages of trainings."""

import csv
import json

import pytest

from tests.analysis.reports.helpers import history, page_of


def test_a_training_log(tmp_path):
    with (tmp_path / "log.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(history()[0]))
        writer.writeheader()
        writer.writerows(history())
    page = page_of(tmp_path / "log.csv")
    assert (
        "6 epochs; accuracy 0.9688 after the last, 0.9688 at best (epoch 6); 9 s of training."
        in page.words
    )
    assert len(page.tables[0]) == 7
    assert len(page.pictures) == 5
    (tmp_path / "history.json").write_text(json.dumps(history()))
    assert page_of(tmp_path / "history.json").tables == page.tables


def test_a_log_with_words_among_the_numbers(tmp_path):
    (tmp_path / "a.csv").write_text("epoch,accuracy\n1,0.5\n2,lost\n3,0.25\n")
    assert "0.5 at best (epoch 1)" in page_of(tmp_path / "a.csv").words


def test_a_history_in_zarr_is_the_page_of_its_rows(tmp_path):
    pytest.importorskip("torch")
    from neurosparse.models import ZarrLog

    rows = [
        {"epoch": 1, "loss": 0.5, "accuracy": 0.25, "degrees": [1, 2]},
        {"epoch": 2, "loss": 0.25, "degrees": [3]},
    ]
    ZarrLog(tmp_path / "h.zarr")(rows)
    page = page_of(tmp_path / "h.zarr")
    assert page.tables[0] == [
        ["epoch", "loss", "accuracy"],
        ["1", "0.5", "0.25"],
        ["2", "0.25", ""],
    ]
    assert len(page.pictures) == 2
    assert (tmp_path / "h.html").is_file()


def test_a_column_without_numbers_has_no_line(tmp_path):
    log = tmp_path / "a.csv"
    log.write_text(
        "epoch,loss,test_loss,accuracy,seconds,density\n"
        "1,0.5,,nan,1,nan\n2,0.4,,0.9,1,nan\n3,0.3,,0.8,1,nan\n"
    )
    page = page_of(log)
    assert "accuracy 0.8 after the last, 0.9 at best (epoch 2)" in page.words
    assert len(page.pictures) == 3
    log.write_text("epoch,loss,accuracy,seconds\n1,,nan,1\n2,,nan,1\n")
    page = page_of(log)
    assert "2 epochs; 2 s of training." in page.words
    assert not page.pictures
