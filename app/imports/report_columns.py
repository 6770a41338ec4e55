"""The columns that a report adds to the uploader's own; uploaded again, they are passed over."""

REASON = "导入结果：问题与改法"
ROW = "导入结果：原行号"


def is_report_column(header: str) -> bool:
    """Say whether a column is one that a report added."""
    return header in {REASON, ROW}
