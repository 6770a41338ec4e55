"""Who sees liaison duty: staff and the bureau the whole roster, staff alone what was talked about."""

from app.access.rule import ROSTER, STAFF
from app.core.caller import Caller
from app.core.errors import Forbidden


def check_sees_roster(caller: Caller) -> None:
    """Refuse those whom the roster is not for. Raises Forbidden."""
    if caller.role not in ROSTER:
        raise Forbidden("情报员名单只对管理员、情报员和科技局开放。如工作需要，请联系管理员调整权限。")


def check_sees_contacts(caller: Caller) -> None:
    """Refuse those whom it does not concern what was talked about. Raises Forbidden."""
    if caller.role not in STAFF:
        raise Forbidden("联系记录只对管理员和情报员开放。如工作需要，请联系管理员调整权限。")
