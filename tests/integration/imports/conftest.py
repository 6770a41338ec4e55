"""Files as people send them, and imports of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.codes.industries import IndustryNames, top_levels
from app.core.caller import OPERATOR
from app.core.errors import UnreadableFile
from app.imports.columns import left_out, needed, understand
from app.imports.local import import_here
from app.imports.plan import Plan
from app.imports.rows import RowError
from app.imports.schemas import UploadDetail
from app.models import RecordKind
from app.services import Services
from app.tables.reading import read_tables


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


@dataclass
class Parsed:
    """What is known of a file before anything is stored."""

    rows_total: int
    unmapped_columns: list[str]
    notes: tuple[str, ...]
    row_errors: list[RowError]
    warnings: list[RowError]
    unchanged: int

    @property
    def rejected(self) -> int:
        return len({error.row for error in self.row_errors})


@pytest.fixture
def run(services: Services) -> Callable[..., UploadDetail]:
    """Import a file into an empty installation, or into what earlier imports left."""

    def imported(
        file: Path, kind: str = "achievements", organisation: str | None = "云澜导入大学（示例）", **wishes: Any
    ) -> UploadDetail:
        upload = import_here(services.parts, file, RecordKind(kind), OPERATOR, organisation, **wishes)
        with services.database.read() as session:
            rejected = services.imports.rejected(session, upload)
            return UploadDetail.with_rows(upload, rejected, services.imports.warned(session, upload, 1000))

    return imported


@pytest.fixture(scope="session")
def parse() -> Callable[..., tuple[Parsed, list[dict[str, Any]]]]:
    """Read and parse a file without storing anything; return what was found and the fields of good rows."""

    def parsed(file: Path, kind: str = "achievements") -> tuple[Parsed, list[dict[str, Any]]]:
        book = read_tables(file)
        tables = [understand(RecordKind(kind), table, {}, {}) for table in book.tables if not table.hidden]
        found = [table for table in tables if table.complete]
        if not found:
            raise UnreadableFile("没有找到表头：" + "和".join(needed(RecordKind(kind))))
        plan = Plan(RecordKind(kind), found, None, OPERATOR, IndustryNames(top_levels()).codes)
        rows = list(plan.rows())
        errors = [error for row in rows for error in row.errors]
        warnings = [warning for row in rows if not row.errors for warning in row.warnings]
        unmapped = left_out((column.header, column.field) for table in found for column in table.columns)
        repeated = sum(row.incoming is None and not row.errors for row in rows)
        report = Parsed(plan.total, unmapped, book.notes, errors, warnings, repeated)
        return report, [row.incoming.fields for row in rows if row.incoming is not None]

    return parsed
