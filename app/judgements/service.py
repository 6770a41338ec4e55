"""Give judgements, take them back, and import those of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.errors import AppError, InvalidInput, NotFound
from app.core.security import Caller
from app.judgements.repository import JudgementRepository
from app.models import Judgement, RecordKind
from app.models.base import now
from app.records.service import RecordService

# Until accounts exist, whoever holds the operator's key judges.
OPERATOR = "operator"


@dataclass(slots=True)
class JudgementReport:
    """What an import of judgements did; errors are (line, message)."""

    taken: int = 0
    unchanged: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


class JudgementService:
    """Keeps what people say of pairs."""

    def __init__(self, database: Database, records: dict[RecordKind, RecordService]) -> None:
        self._database = database
        self._records = records

    def judge(self, need_id: str, achievement_id: str, grade: int, reason_code: str | None, comment: str) -> Judgement:
        """Store a grade in place of the judge's earlier one. Raises NotFound."""
        with self._database.write() as session:
            self._check_pair(session, need_id, achievement_id)
            return JudgementRepository(session).put(
                Judgement(
                    need_id=need_id,
                    achievement_id=achievement_id,
                    judge=OPERATOR,
                    grade=grade,
                    reason_code=reason_code,
                    comment=comment,
                    judged_at=now(),
                )
            )

    def take_back(self, need_id: str, achievement_id: str) -> None:
        """Remove the judge's grade of a pair. Raises NotFound."""
        with self._database.write() as session:
            if not JudgementRepository(session).remove(need_id, achievement_id, OPERATOR):
                raise NotFound("这一对还没有您的研判，无需撤回。")

    def of_need(self, session: Session, need_id: str) -> Sequence[Judgement]:
        """Return the judgements of a need's pairs. Raises NotFound."""
        self._records[RecordKind.NEEDS].get(session, need_id, Caller.OPERATOR)
        return JudgementRepository(session).of_need(need_id)

    def import_file(self, file: Path) -> JudgementReport:
        """Take the judgements of a file: need, achievement and grade, tab-separated, under a header.

        Needs and achievements are named by id or number. What is wrong is reported with its line;
        the other lines are taken. The file's name is kept as their judge.

        Raises:
            InvalidInput: the file cannot be read.
        """
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"文件 {file} 无法读取：{error}。应为 UTF-8 编码、制表符分隔的文本。") from error
        report = JudgementReport()
        names: dict[tuple[RecordKind, str], str] = {}
        found: list[tuple[str, str, int]] = []
        for number, line in enumerate(lines[1:], start=2):
            if line.strip():
                try:
                    found.append(self._parse(line, names))
                except AppError as error:
                    report.errors.append((number, error.detail))
        with self._database.write() as session:
            repository = JudgementRepository(session)
            given = repository.grades_by(file.name)
            for need_id, achievement_id, grade in found:
                if given.get((need_id, achievement_id)) == grade:
                    report.unchanged += 1
                    continue
                given[need_id, achievement_id] = grade
                repository.put(
                    Judgement(
                        need_id=need_id, achievement_id=achievement_id, judge=file.name, grade=grade, judged_at=now()
                    )
                )
                session.flush()
                report.taken += 1
        return report

    def _parse(self, line: str, names: dict[tuple[RecordKind, str], str]) -> tuple[str, str, int]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3:
            raise InvalidInput(f"应有 3 列（需求、成果、等级），实为 {len(cells)} 列。")
        if cells[2] not in {"1", "2", "3", "4"}:
            raise InvalidInput(f"等级“{cells[2][:20]}”应为 1、2、3 或 4。")
        ids = []
        for kind, name in zip((RecordKind.NEEDS, RecordKind.ACHIEVEMENTS), cells, strict=False):
            if (kind, name) not in names:
                names[kind, name] = self._records[kind].named(name).id
            ids.append(names[kind, name])
        return ids[0], ids[1], int(cells[2])

    def _check_pair(self, session: Session, need_id: str, achievement_id: str) -> None:
        self._records[RecordKind.NEEDS].get(session, need_id, Caller.OPERATOR)
        self._records[RecordKind.ACHIEVEMENTS].get(session, achievement_id, Caller.OPERATOR)
