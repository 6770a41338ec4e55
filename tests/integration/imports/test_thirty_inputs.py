"""The thirty bad inputs: each is read or refused as it must be, in Chinese, and nothing falls over."""

import pytest

from app.core.errors import UnreadableFile
from tests.integration.imports.thirty_inputs import INPUTS, written


def test_there_are_thirty():
    assert [each.number for each in INPUTS] == list(range(1, 31))


@pytest.mark.parametrize("each", INPUTS, ids=lambda each: f"{each.number} {each.name}")
def test_a_bad_input(parse, tmp_path, each):
    file = written(each, tmp_path)
    if each.taken is None:
        with pytest.raises(UnreadableFile, match=r"[一-龥]{4}"):
            parse(file)
        return
    report, records = parse(file)
    assert [record["title"] for record in records] == list(each.taken)
    # Whatever was not taken is named with its row and the remedy.
    assert report.rows_total == len(records) + report.rejected + report.unchanged
    assert all(error.row > 0 and len(error.message) >= 4 for error in report.row_errors)
    if each.said:
        assert report.row_errors or report.warnings or report.notes
