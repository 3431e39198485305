"""The figure of a comparison, by what is on it."""

from matplotlib.figure import Figure

from neurosparse.analysis import comparison_figure, comparison_summary
from neurosparse.analysis.comparison.contestant import REFERENCE
from neurosparse.analysis.comparison.figure import draw_costs
from neurosparse.analysis.comparison.table import MEANS

NAMES = {REFERENCE: "dense", "random static": "sparse kernel", "SET": "sparse kernel"}


def records():
    return [
        dict.fromkeys(MEANS, 10.0 / density)
        | {"name": name, "kernel": kernel, "density": density, "seed": seed}
        | {"accuracy": density + seed / 100}
        for name, kernel in NAMES.items()
        for density in ((1.0,) if kernel == "dense" else (0.2, 0.5))
        for seed in range(2)
    ]


def test_a_line_a_method_over_its_densities():
    ax = draw_costs(comparison_summary(records()), "macs", "MACs", Figure().add_subplot())
    lines = {bar.get_label(): bar.lines[0] for bar in ax.containers}
    assert list(lines) == [
        f"{REFERENCE} (dense)",
        "SET (sparse kernel)",
        "random static (sparse kernel)",
    ]
    assert lines["SET (sparse kernel)"].get_xdata().tolist() == [50.0, 20.0]
    assert lines["SET (sparse kernel)"].get_linestyle() == "-"
    assert lines[f"{REFERENCE} (dense)"].get_linestyle() == ":"
    assert ax.get_xscale() == "log"


def test_both_panels_and_one_legend():
    figure = comparison_figure(records())
    assert len(figure.axes) == 2
    assert len(figure.legends[0].get_texts()) == 3
    assert comparison_figure([]).legends == []
