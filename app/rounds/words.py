"""What enterprises are told of rounds of 需求征集."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from app.models import Notice, NoticeTopic, Round
from app.notices.repository import NoticeRepository
from app.notices.telling import Told, tell


class Occasion(StrEnum):
    """Why an enterprise is told of a round."""

    ASKED = "asked"
    REMINDED = "reminded"
    CLOSING = "closing"


_WORDS = {
    Occasion.ASKED: "邀请填报",
    Occasion.REMINDED: "请尽快答复",
    Occasion.CLOSING: "即将截止",
}


def tell_round(
    session: Session, round: Round, organisation_ids: Collection[str], occasion: Occasion, mark: str = ""
) -> Sequence[Notice]:
    """Tell the accounts of enterprises of a round, each once for an occasion; return the new notices.

    Args:
        mark: what tells one reminder from the next.
    """
    told = [
        Told(
            account_id=account.id,
            topic=NoticeTopic.ROUND,
            title=f"{_WORDS[occasion]}：{round.title}",
            text=f"{round.closes_on.isoformat()} 截止。有需求请提交，没有也请答复“本轮没有需求”。",
            path=f"/rounds/{round.id}",
            key=":".join(part for part in ("round", round.id, occasion.value, mark) if part),
        )
        for members in NoticeRepository(session).members(organisation_ids).values()
        for account in members
    ]
    return tell(session, told)
