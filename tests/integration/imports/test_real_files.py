"""Real exports beside the project are parsed without a rejected row."""

import pytest


@pytest.mark.parametrize(("name", "rows"), [("university-export-gbk.csv", 600), ("university-export.xlsx", 1800)])
def test_nothing_of_a_real_export_is_rejected(parse, shared_data, name, rows):
    report, records = parse(shared_data / name)
    assert report.row_errors == []
    assert report.rows_total == rows
    assert len(records) + report.unchanged == rows
    assert all(record["title"] and record["summary"] for record in records)


def test_real_needs_are_parsed(parse, shared_data):
    report, records = parse(shared_data / "needs-henan.jsonl", "needs")
    assert report.rejected == 0, report.row_errors[:3]
    assert len(records) + report.unchanged == report.rows_total > 50
