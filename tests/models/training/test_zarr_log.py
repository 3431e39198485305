"""A history in Zarr, over a resume and beside other files."""

import pytest
import torch

from neurosparse.models import (
    TrainingPlan,
    ZarrLog,
    fit,
    read_history,
    sparse_layers,
)
from neurosparse.rewiring import (
    set_,
)
from tests.models.training.helpers import digit_network, hundred_digits

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_history_goes_to_zarr_and_grows_over_a_resume(tmp_path):
    path = tmp_path / "run.zarr"
    plan = TrainingPlan(epochs=3, checkpoint=tmp_path / "run.pt")
    for stop in (2, None):
        model = digit_network()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        log = [ZarrLog(path), *([_stop_after(stop)] if stop else [])]
        fit(model, hundred_digits(), optimizer, plan, rewiring=set_(), callbacks=log)
        assert len(read_history(path)["epoch"]) == (stop or 3)
    found = read_history(path)
    assert found["epoch"].tolist() == [1, 2, 3]
    assert found["turnover"][0] > 0.2
    supports = [layer.support for layer in sparse_layers(model).values()]
    assert found["fan_in_counts"][-1].sum() == sum(support.n_post for support in supports)
    assert found["fan_in_counts"][-1, 0] == found["dead_outputs"][-1]
    assert (tmp_path / "run.zarr" / "loss").is_dir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("not a history")
    with pytest.raises(ValueError, match="choose another name"):
        ZarrLog(tmp_path / "other")([{"epoch": 1}])
    assert (tmp_path / "other" / "mine.txt").exists()
    with pytest.raises(FileNotFoundError):
        read_history(tmp_path / "nothing")


def _stop_after(epochs):
    def stop(history):
        if len(history) == epochs:
            raise KeyboardInterrupt

    return stop
