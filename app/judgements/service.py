"""Give judgements, take them back, and import those of a file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.errors import AppError, InvalidInput, NotFound
from app.judgements.repository import JudgementRepository
from app.kinds.table import KINDS, Record
from app.models import Judgement, RecordKind
from app.models.base import now
from app.records.repository import RecordRepository
from app.records.service import RecordService

# What counts as fitting: 较强相关 and 强相关.
GOOD = 3
# Judgements that are looked through for cases, the newest.
CASES_READ = 40


@dataclass(slots=True)
class JudgementReport:
    """What an import of judgements did; errors are (line, message)."""

    taken: int = 0
    unchanged: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class JudgementFile:
    """What a file says: (need, achievement, grade) by id, and (line, message) of what cannot be taken."""

    name: str
    given: list[tuple[str, str, int]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Case:
    """A pair that people judged to fit, and what each of them said."""

    need: Record
    achievement: Record
    judgements: list[Judgement]


class JudgementService:
    """Keeps what people say of pairs."""

    def __init__(self, records: dict[RecordKind, RecordService]) -> None:
        self._records = records

    def judge(
        self,
        session: Session,
        need_id: str,
        achievement_id: str,
        caller: Caller,
        grade: int,
        reason_code: str | None,
        comment: str,
    ) -> Judgement:
        """Store a grade in place of the caller's earlier one. Raises NotFound."""
        given = {"grade": grade, "reason_code": reason_code, "comment": comment}
        self._check_pair(session, need_id, achievement_id, caller)
        repository = JudgementRepository(session)
        earlier = _said(repository.get(need_id, achievement_id, caller.name))
        judged = repository.put(
            Judgement(need_id=need_id, achievement_id=achievement_id, judge=caller.name, judged_at=now(), **given)
        )
        append(session, caller, [Event("judgement.give", "pairs", _pair(need_id, achievement_id), earlier, given)])
        return judged

    def take_back(self, session: Session, need_id: str, achievement_id: str, caller: Caller) -> None:
        """Remove the caller's grade of a pair. Raises NotFound."""
        repository = JudgementRepository(session)
        earlier = _said(repository.get(need_id, achievement_id, caller.name))
        if earlier is None or not repository.remove(need_id, achievement_id, caller.name):
            raise NotFound("这一对还没有您的研判，无需撤回。")
        append(session, caller, [Event("judgement.take_back", "pairs", _pair(need_id, achievement_id), earlier)])

    def of_need(self, session: Session, need_id: str, caller: Caller) -> Sequence[Judgement]:
        """Return the judgements of a need's pairs. Raises NotFound."""
        self._records[RecordKind.NEEDS].get(session, need_id, caller)
        return JudgementRepository(session).of_need(need_id)

    def of_pairs(
        self, session: Session, need_ids: Collection[str], achievement_ids: Collection[str], caller: Caller
    ) -> dict[tuple[str, str], list[Judgement]]:
        """Return what was said of pairs, by need and achievement, the newest first; nothing to others than staff."""
        if not caller.sees_all:
            return {}
        found: dict[tuple[str, str], list[Judgement]] = {}
        for each in JudgementRepository(session).of_pairs(need_ids, achievement_ids):
            found.setdefault((each.need_id, each.achievement_id), []).append(each)
        return found

    def cases(
        self, session: Session, need: Record, achievement: Record, similar: Sequence[Record], caller: Caller
    ) -> list[Case]:
        """Return what was judged to fit before: this achievement for other needs, and what fits needs like this.

        Args:
            similar: needs that read like this one.

        For staff alone.
        """
        needs = {each.id for each in similar}
        found = JudgementRepository(session).good_cases(achievement.id, needs, GOOD, CASES_READ)
        pairs = dict.fromkeys((each.need_id, each.achievement_id) for each in found if each.need_id != need.id)
        asked = RecordRepository(session, KINDS[RecordKind.NEEDS]).by_ids([pair[0] for pair in pairs], caller)
        offered = RecordRepository(session, KINDS[RecordKind.ACHIEVEMENTS]).by_ids([pair[1] for pair in pairs], caller)
        by_id = asked | offered
        return [
            Case(
                by_id[pair[0]], by_id[pair[1]], [each for each in found if (each.need_id, each.achievement_id) == pair]
            )
            for pair in pairs
            if pair[0] in by_id and pair[1] in by_id
        ]

    def read_file(self, session: Session, file: Path, caller: Caller) -> JudgementFile:
        """Read the judgements of a file: need, achievement and grade, tab-separated, under a header.

        Needs and achievements are named by id or number, by who sees all. What is wrong is kept with its line,
        beside what can be taken.

        Raises:
            InvalidInput: the file cannot be read.
        """
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"文件 {file} 无法读取：{error}。应为 UTF-8 编码、制表符分隔的文本。") from error
        read = JudgementFile(file.name)
        names: dict[tuple[RecordKind, str], str] = {}
        for number, line in enumerate(lines[1:], start=2):
            if line.strip():
                try:
                    read.given.append(self._parse(session, line, names, caller))
                except AppError as error:
                    read.errors.append((number, error.detail))
        return read

    def take_file(self, session: Session, read: JudgementFile, caller: Caller) -> JudgementReport:
        """Take the judgements of a file that was read; its name is kept as their judge."""
        report = JudgementReport(errors=read.errors)
        repository = JudgementRepository(session)
        known = repository.grades_by(read.name)
        for need_id, achievement_id, grade in read.given:
            if known.get((need_id, achievement_id)) == grade:
                report.unchanged += 1
                continue
            known[need_id, achievement_id] = grade
            repository.put(
                Judgement(need_id=need_id, achievement_id=achievement_id, judge=read.name, grade=grade, judged_at=now())
            )
            session.flush()
            report.taken += 1
        if report.taken:
            append(session, caller, [Event("judgement.import", "files", read.name, None, {"taken": report.taken})])
        return report

    def _parse(
        self, session: Session, line: str, names: dict[tuple[RecordKind, str], str], caller: Caller
    ) -> tuple[str, str, int]:
        """Return what a line says; `names` keeps the ids that were found. Raises InvalidInput, NotFound, Conflict."""
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3:
            raise InvalidInput(f"应有 3 列（需求、成果、等级），实为 {len(cells)} 列。")
        if cells[2] not in {"1", "2", "3", "4"}:
            raise InvalidInput(f"等级“{cells[2][:20]}”应为 1、2、3 或 4。")
        ids = []
        for kind, name in zip((RecordKind.NEEDS, RecordKind.ACHIEVEMENTS), cells, strict=False):
            if (kind, name) not in names:
                names[kind, name] = self._records[kind].named(session, name, caller).id
            ids.append(names[kind, name])
        return ids[0], ids[1], int(cells[2])

    def _check_pair(self, session: Session, need_id: str, achievement_id: str, caller: Caller) -> None:
        # Locked: of two judgements of one judge at the same moment the later replaces the earlier.
        self._records[RecordKind.NEEDS].get(session, need_id, caller, lock=True)
        self._records[RecordKind.ACHIEVEMENTS].get(session, achievement_id, caller)


def _pair(need_id: str, achievement_id: str) -> str:
    return f"{need_id}:{achievement_id}"


def _said(judgement: Judgement | None) -> dict[str, object] | None:
    if judgement is None:
        return None
    return {"grade": judgement.grade, "reason_code": judgement.reason_code, "comment": judgement.comment}
