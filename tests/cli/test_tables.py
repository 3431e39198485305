"""Tables on the terminal: words to the left, numbers to the right."""

import pytest

from neurosparse.cli.tables import show, table


def test_a_table_has_its_columns_and_rows(capsys: pytest.CaptureFixture[str]) -> None:
    content = table("population", "neurons")
    content.add_row("E", "4,000")
    show(content)
    head, _, row = (line.strip() for line in capsys.readouterr().out.strip().splitlines())
    assert head.split() == ["population", "neurons"]
    assert row.split() == ["E", "4,000"]
    assert content.columns[1].justify == "right"
