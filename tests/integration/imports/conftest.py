"""Files as people send them, and imports of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.imports.service import ImportReport, ImportService
from app.models import RecordKind
from app.services import Services


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a text file in an encoding."""

    def write(text: str, encoding: str = "utf-8", name: str = "成果.csv") -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        return file

    return write


@pytest.fixture
def xlsx_file(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a workbook; `merged` are titles over the whole width, above the rows."""

    def write(rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), name: str = "成果.xlsx") -> Path:
        file = tmp_path / name
        with xlsxwriter.Workbook(str(file), {"default_date_format": "yyyy-mm-dd"}) as workbook:
            sheet = workbook.add_worksheet("汇总")
            for at, title in enumerate(merged):
                sheet.merge_range(at, 0, at, max(1, len(rows[0]) - 1), title)
            for at, cells in enumerate(rows, start=len(merged)):
                sheet.write_row(at, 0, cells)
        return file

    return write


@pytest.fixture
def run(services: Services) -> Callable[..., ImportReport]:
    """Import a file into an empty installation, or into what earlier imports left."""

    def imported(
        file: Path, kind: str = "achievements", organisation: str | None = "云澜导入大学（示例）"
    ) -> ImportReport:
        return ImportService(services.database, services.gateway, RecordKind(kind)).run(file, organisation)

    return imported


@pytest.fixture(scope="session")
def parse() -> Callable[..., tuple[ImportReport, list[dict[str, Any]]]]:
    """Read and parse a file without storing anything; return the report and the fields of good rows."""
    from app.imports.tables import read_table

    def parsed(file: Path, kind: str = "achievements") -> tuple[ImportReport, list[dict[str, Any]]]:
        service = ImportService(None, None, RecordKind(kind))  # type: ignore[arg-type]  (neither is used)
        report, rows = service._parse(read_table(file), None)
        return report, [row.fields for row in rows]

    return parsed
