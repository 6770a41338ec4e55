"""What channels do in more than one step: the costly one without a transaction that writes, files beside commits."""

from functools import partial
from typing import IO

from sqlalchemy.orm import Session

from app.channels.packages import PackageService, Proposal, Wanted
from app.channels.response_schemas import ResponseOut
from app.channels.responses import ResponseService
from app.core.caller import Caller
from app.core.database import Database, Overtaken, prepare_then_apply
from app.core.errors import Conflict
from app.models import ChannelPackage

_TRIES = 3


def make_package(database: Database, packages: PackageService, wanted: Wanted, caller: Caller) -> ChannelPackage:
    """Make a package of what differs, or of everything; its file is there before the package is, and only with it.

    Raises:
        NotFound, InvalidInput; Conflict: nothing differs, one waits already, the channel is off, or records change
            faster than they can be written.
    """
    proposed: list[Proposal] = []
    kept: ChannelPackage | None = None

    def propose(session: Session) -> Proposal:
        proposed.append(packages.propose(session, wanted, caller))
        return proposed[-1]

    def keep(session: Session, proposal: Proposal) -> ChannelPackage:
        made = packages.keep(session, wanted, proposal, caller)
        if made is None and len(proposed) == _TRIES:
            raise Conflict("记录正在被频繁修改，包没有生成。请稍后再试一次。")
        if made is None:
            raise Overtaken
        return made

    try:
        kept = prepare_then_apply(database, propose, keep)
    finally:
        for each in proposed:
            if each.plan is not None and each.package is not kept:
                packages.erase(each.package)
    return kept


def cancel_package(
    database: Database, packages: PackageService, channel_id: str, id: str, note: str, caller: Caller
) -> ChannelPackage:
    """Give up a package that was not delivered; its file goes. Raises NotFound, Conflict."""
    with database.write() as session:
        ended = packages.cancel(session, channel_id, id, note, caller)
    packages.erase(ended)
    return ended


def take_responses(
    database: Database,
    responses: ResponseService,
    id: str,
    content: IO[bytes],
    file_name: str,
    caller: Caller,
    *,
    dry_run: bool,
) -> ResponseOut:
    """Take a platform's table in, or only say what it would do; the same file again changes nothing.

    Raises:
        NotFound; UnreadableFile: too large, no table, or none with a column of codes.
    """
    read = partial(responses.read, id=id, content=content, file_name=file_name, caller=caller)
    if dry_run:
        with database.read() as session:
            return responses.preview(session, read(session))
    return prepare_then_apply(database, read, partial(responses.take, caller=caller))
