"""What is read of an upload, at most: each limit, and the budget that all its files and sheets share.

The child that reads keeps to the budget as it goes on; what reads its answer counts once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FILE_LIMIT = 20 * 1024 * 1024  # bytes of an upload
# Bytes of all that is packed in it: members of a zip and parts of workbooks, also of those in a zip.
INFLATED_LIMIT = 200 * 1024 * 1024
MEMBER_LIMIT = 100  # files in a zip
TABLE_LIMIT = 300  # sheets and text files: three sheets for each file of a zip
ROW_LIMIT = 20_000  # rows with content
# Titles and headers stand above the rows of a table, so a few more are let through and counted later.
ROWS_ABOVE = 20
COLUMN_LIMIT = 60  # columns of a table; what stands beyond is left out, with a note
# Cells that the rectangle of a sheet may have: what opens it makes room for all of them.
AREA_LIMIT = 6_000_000
CELL_LIMIT = 600_000  # cells with content: thirty for each row
# Characters of all cells: a text file has no more, and a workbook of 20,000 rows a thousand for each.
CHARACTER_LIMIT = 20 * 1024 * 1024
# Characters of a cell, as in Excel: no field takes as many; what is longer is cut, with a note.
CELL_LENGTH = 32_767
NAME_LENGTH = 100  # characters of the name of a file or sheet
NOTE_LIMIT = 50  # notes on one upload; the rest is dropped
PARSE_SECONDS = 60  # of the clock and of the processor
MEMORY_LIMIT = 512 * 1024 * 1024  # bytes of address space of the child
# Bytes that the child may write: four for each character in UTF-8, and what JSON puts around cells and rows.
ANSWER_LIMIT = 128 * 1024 * 1024
LINE_LIMIT = 16 * 1024 * 1024  # bytes of a line of it: a row of the longest cells, each character escaped

_SPLIT = "请删去用不到的工作表和列，或拆分后分次导入。"


class Unreadable(Exception):
    """A file cannot be read; the message is for its owner."""


class OverBudget(Unreadable):
    """The upload as a whole is too large: nothing of it is taken."""


@dataclass(slots=True)
class Budget:
    """What was read of an upload so far, and where.

    Every method that counts raises OverBudget, which names the place, the limit and the remedy.
    """

    file: str = ""
    sheet: str = ""
    row: int = 0
    tables: int = 0
    rows: int = 0
    cells: int = 0
    characters: int = 0
    inflated: int = 0

    @property
    def place(self) -> str:
        """The file and the sheet that are read, for people."""
        return f"文件“{self.file}”" + (f"的工作表“{self.sheet}”" if self.sheet else "")

    def open(self, file: str, sheet: str = "") -> None:
        """Go on to a file or sheet."""
        self.file, self.sheet, self.row = file, sheet, 0

    def add_table(self) -> None:
        """Count a table."""
        self.tables += 1
        if self.tables > TABLE_LIMIT:
            raise self._over(f"工作表超过 {TABLE_LIMIT} 个上限（所有文件合计）。{_SPLIT}")

    def add_row(self, number: int, cells: Sequence[str]) -> None:
        """Count a row with its cells; `number` is the one that people see."""
        self.row = number
        self.rows += 1
        if self.rows > ROW_LIMIT + ROWS_ABOVE * self.tables:
            raise self._over(f"超过 {ROW_LIMIT} 行上限（所有文件和工作表合计），请拆分后分次导入。")
        self.add_cells(cells)

    def add_cells(self, cells: Sequence[str]) -> None:
        """Count cells and their characters."""
        self.cells += sum(map(bool, cells))
        self.characters += sum(map(len, cells))
        if self.cells > CELL_LIMIT:
            raise self._over(f"有内容的单元格超过 {CELL_LIMIT} 个上限（所有文件和工作表合计）。{_SPLIT}")
        if self.characters > CHARACTER_LIMIT:
            raise self._over(f"文字超过 {CHARACTER_LIMIT} 字上限（所有文件和工作表合计）。{_SPLIT}")

    def add_inflated(self, size: int) -> None:
        """Count bytes that came out of a zip or a workbook."""
        self.inflated += size
        if self.inflated > INFLATED_LIMIT:
            raise self._over(f"解压后合计超过 200 MB 上限。{_SPLIT}")

    def _over(self, message: str) -> OverBudget:
        row = f"第 {self.row} 行" if self.row else ""
        return OverBudget(f"{self.place}{row}：{message}" if self.file else message)
