"""Take a platform's answers in: states and links of what was sent, and leads."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.channels.fields import CODE
from app.channels.packages import found_channel
from app.channels.replies import NAMES, Replies, Reply, read_replies
from app.channels.repository import ChannelRepository
from app.channels.response_schemas import MOST_SHOWN, ColumnRead, ResponseOut, RowProblem
from app.channels.states import ITEM_STATES, ITEM_STEPS, may
from app.core.caller import Caller
from app.core.database import release
from app.core.errors import UnreadableFile
from app.core.identifiers import new_id
from app.models import ChannelItem, ChannelLead, ChannelResponse, ItemState
from app.models.base import now
from app.tables.reading import read_tables, uploaded_name

FILE_LIMIT = 2 * 1024 * 1024 - 64 * 1024  # bytes: a request's limit, less the form around the file
_CHUNK = 256 * 1024
_VERBS = {ItemState.ACCEPTED: "accept", ItemState.REJECTED: "reject"}


@dataclass(slots=True)
class _Outcome:
    """What came of the rows."""

    accepted: int = 0
    refused: int = 0
    unchanged: int = 0
    leads: list[ChannelLead] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    # The row that settled an item's state, to notice another that says otherwise.
    settled: dict[str, tuple[int, ItemState]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """A platform's table that was read; `sha256` tells files apart."""

    channel_id: str
    name: str
    sha256: str
    told: Replies


class ResponseService:
    """Reads tables of answers and applies them."""

    def read(self, session: Session, id: str, content: IO[bytes], file_name: str, caller: Caller) -> Answers:
        """Read a platform's table, without a transaction that writes.

        Raises:
            NotFound; UnreadableFile: too large, no table, or none with a column of codes.
        """
        columns = found_channel(session, id, caller).columns
        release(session)
        name = uploaded_name(file_name)
        data = _whole(content)
        told = _read(data, name, [each["target"] for each in columns if each["source"] == CODE])
        return Answers(id, name, hashlib.sha256(data).hexdigest(), told)

    def preview(self, session: Session, answers: Answers) -> ResponseOut:
        """Say what a table would do. The items that are changed belong to a session that only reads."""
        known = ChannelRepository(session).response(answers.channel_id, answers.sha256)
        outcome = self._apply(session, answers.channel_id, answers.told)
        return _answer(answers.told, outcome, dry_run=True, repeated=known is not None)

    def take(self, session: Session, answers: Answers, caller: Caller) -> ResponseOut:
        """Take a table in; the same file again changes nothing. Raises NotFound."""
        id, told = answers.channel_id, answers.told
        found_channel(session, id, caller, lock=True)
        repository = ChannelRepository(session)
        if repository.response(id, answers.sha256) is not None:
            return _answer(told, _Outcome(unchanged=len(told.replies)), dry_run=False, repeated=True)
        outcome = self._apply(session, id, told)
        response = _row(id, answers.name, answers.sha256, told, outcome, caller)
        repository.add(response)
        session.flush()
        for lead in outcome.leads:
            lead.response_id = response.id
            repository.add(lead)
        session.flush()
        append(session, caller, [Event("channel.respond", "channels", id, None, _told(response))])
        return _answer(told, outcome, dry_run=False, repeated=False)

    def page(self, session: Session, id: str, caller: Caller, limit: int) -> list[ChannelResponse]:
        """Return the newest files that were taken in. Raises NotFound."""
        found_channel(session, id, caller)
        return ChannelRepository(session).response_page(id, limit)

    @staticmethod
    def _apply(session: Session, channel_id: str, told: Replies) -> _Outcome:
        repository, outcome = ChannelRepository(session), _Outcome()
        items = list(repository.items(channel_id).values())
        by_code = {each.code: each for each in items}
        by_platform = {each.platform_id: each for each in items if each.platform_id}
        digests = repository.lead_digests(channel_id)
        for reply in told.replies:
            errors = list(reply.errors)
            item = None if errors else _found(reply, by_code, by_platform, errors)
            if item is None or not _agrees(reply, item, outcome, errors):
                outcome.problems.append(RowProblem(row=reply.row, code=reply.code, messages=errors))
                continue
            changed = _settle(reply, item, outcome) | _link(reply, item, by_platform)
            if reply.is_lead and (digest := reply.digest(item.id)) not in digests:
                digests.add(digest)
                outcome.leads.append(_lead(reply, item, digest))
                changed = True
            outcome.unchanged += not changed
        return outcome


def _whole(content: IO[bytes]) -> bytes:
    data = content.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise UnreadableFile("回执文件超过 1.9 MB 上限，请拆成几份分次导入。")
    return data


def _read(data: bytes, name: str, code_columns: list[str]) -> Replies:
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix.lower()[:10]) as file:
        file.write(data)
        file.flush()
        return read_replies(read_tables(Path(file.name), name), code_columns)


def _found(
    reply: Reply, by_code: Mapping[str, ChannelItem], by_platform: Mapping[str, ChannelItem], errors: list[str]
) -> ChannelItem | None:
    """Return what a row is about; the code counts before the platform's number, and they may not disagree."""
    # Some platforms give only their own number back, under the name of ours.
    item = by_code.get(reply.code.upper()) or by_platform.get(reply.code) if reply.code else None
    other = by_platform.get(reply.platform_id) if reply.platform_id else None
    if item is not None and other is not None and item is not other:
        errors.append(f"平台编号“{reply.platform_id}”已属于对外编号 {other.code}，两个编号不是同一条记录")
        return None
    found = item or (other if not reply.code else None)
    if found is None:
        errors.append("这个通道没有发过这个编号，请核对是不是别的通道的回执")
    elif found.delivered_at is None:
        errors.append("这条记录的包还没有标记已交付，请先标记")
        return None
    return found


def _agrees(reply: Reply, item: ChannelItem, outcome: _Outcome, errors: list[str]) -> bool:
    """Notice a row that contradicts an earlier one of the same file."""
    if reply.state is None:
        return True
    row, state = outcome.settled.setdefault(item.id, (reply.row, reply.state))
    if state is not reply.state:
        errors.append(f"与第 {row} 行矛盾：同一条记录又{ITEM_STATES[reply.state]}又{ITEM_STATES[state]}")
        return False
    return True


def _settle(reply: Reply, item: ChannelItem, outcome: _Outcome) -> bool:
    """Apply the state that a row tells; one that was taken down stays so. Say whether something changed."""
    if reply.state is None or not may(ITEM_STEPS, _VERBS[reply.state], item.state):
        return False
    reason = reply.reason if reply.state is ItemState.REJECTED else ""
    if (item.state, item.reason) == (reply.state, reason):
        return False
    item.state, item.reason, item.answered_at = reply.state, reason, now()
    if reply.state is ItemState.ACCEPTED:
        outcome.accepted += 1
    else:
        outcome.refused += 1
    return True


def _link(reply: Reply, item: ChannelItem, by_platform: dict[str, ChannelItem]) -> bool:
    """Keep the platform's number and address of a record; say whether they are new."""
    before = (item.platform_id, item.platform_url)
    if reply.platform_id and reply.platform_id != item.platform_id:
        by_platform.pop(item.platform_id or "", None)
        item.platform_id = reply.platform_id
        by_platform[reply.platform_id] = item
    if reply.url:
        item.platform_url = reply.url
    return before != (item.platform_id, item.platform_url)


def _lead(reply: Reply, item: ChannelItem, digest: str) -> ChannelLead:
    return ChannelLead(
        id=new_id(), channel_id=item.channel_id, item_id=item.id, response_id="", digest=digest, party=reply.party,
        contact=reply.contact, message=reply.message,
    )  # fmt: skip


def _row(id: str, name: str, digest: str, told: Replies, outcome: _Outcome, caller: Caller) -> ChannelResponse:
    return ChannelResponse(
        channel_id=id, file_name=name, sha256=digest, rows=len(told.replies), accepted=outcome.accepted,
        refused=outcome.refused, unchanged=outcome.unchanged, leads=len(outcome.leads), errors=len(outcome.problems),
        created_by=caller.name,
    )  # fmt: skip


def _told(response: ChannelResponse) -> dict[str, object]:
    names = ("file_name", "sha256", "rows", "accepted", "refused", "unchanged", "leads", "errors")
    return {name: getattr(response, name) for name in names}


def _answer(told: Replies, outcome: _Outcome, *, dry_run: bool, repeated: bool) -> ResponseOut:
    return ResponseOut(
        dry_run=dry_run, repeated=repeated, rows=len(told.replies), accepted=outcome.accepted,
        refused=outcome.refused, unchanged=outcome.unchanged, leads=len(outcome.leads),
        errors=len(outcome.problems), problems=outcome.problems[:MOST_SHOWN], notes=list(told.notes),
        columns=[ColumnRead(header=header[:200], field=field and NAMES[field]) for header, field in told.columns],
    )  # fmt: skip
