"""Print the rows of a workbook's first sheet with content, as JSON: [[row number, [cell, …]], …].

Runs as a process of its own under limits of memory and time, so it imports nothing of ours.
Arguments: the file, the most rows to print.
"""

import datetime as dt
import json
import sys

from python_calamine import CalamineWorkbook


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def main(path: str, most: int) -> None:
    """Print the rows."""
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        rows = []
        for number, cells in enumerate(workbook.get_sheet_by_name(name).iter_rows(), start=1):
            texts = [_text(cell) for cell in cells]
            if any(text.strip() for text in texts):
                rows.append([number, texts])
            if len(rows) >= most:
                break
        if rows:
            json.dump(rows, sys.stdout)
            return
    json.dump([], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
