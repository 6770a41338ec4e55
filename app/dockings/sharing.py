"""What both sides of a docking may read of what one of them, or the liaison, writes."""

from app.confidentiality.names import Sort
from app.confidentiality.self_naming import find_self_naming
from app.confidentiality.state_secrets import find_state_secrets
from app.core.caller import Caller
from app.core.errors import FieldError, InvalidInput
from app.dockings.visibility import Side, hides_need, side_of
from app.models import Docking
from app.records.disclosures import profile_of

_CONTACTS = {Sort.PHONE, Sort.MESSENGER, Sort.EMAIL, Sort.WEBSITE}


def check_text(field: str, text: str, docking: Docking, caller: Caller, *, shared: bool) -> None:
    """Refuse state secrets, and in shared texts what the sides have not agreed to show each other.

    Raises:
        InvalidInput.
    """
    errors = [
        FieldError(field, "state_secret", f"“{each.text}”表明含有国家秘密，本系统不得存储，请删去", each.text)
        for each in find_state_secrets(text)[:1]
    ]
    if shared and docking.agreed_at is None:
        errors += _shown_too_early(field, text, docking, caller)
    if errors:
        raise InvalidInput("；".join(f"{each.field}：{each.message}" for each in errors) + "。", tuple(errors))


def check_file(docking: Docking, caller: Caller) -> None:
    """Refuse to share a file, whose content nobody looks through, while the need hides its enterprise.

    Raises:
        InvalidInput.
    """
    from_need = side_of(docking, caller.organisation_id) is not Side.ACHIEVEMENT
    if from_need and hides_need(docking):
        message = "需求方匿名，双方在意向中都同意之前，文件不能给对方看。请先只传给情报员"
        raise InvalidInput(f"shared：{message}。", (FieldError("shared", "not_agreed", message),))


def _shown_too_early(field: str, text: str, docking: Docking, caller: Caller) -> list[FieldError]:
    """Return an error for each contact, and for each place that gives an enterprise away that hides."""
    side = side_of(docking, caller.organisation_id)
    hides = side is not Side.ACHIEVEMENT and hides_need(docking)
    record = docking.achievement if side is Side.ACHIEVEMENT else docking.need
    # A need may name another district than its enterprise.
    districts = {record.organisation.district, record.district}
    found = {
        (each.start, each.end): each
        for district in districts
        for each in find_self_naming(text, profile_of(record.organisation, district))
        if each.certain and (hides or each.sort in _CONTACTS)
    }
    return [
        FieldError(field, each.sort.value, f"“{each.text}”{each.advice}（双方在意向中都同意后不受此限）", each.text)
        for _, each in sorted(found.items())
    ]
