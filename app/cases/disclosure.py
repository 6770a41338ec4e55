"""What in the texts of a case gives away whom it does not name, as `app.interests.service` looks at messages."""

from app.cases.schemas import TEXTS, is_named
from app.confidentiality.names import Sort
from app.confidentiality.self_naming import Finding, find_self_naming
from app.core.errors import FieldError, InvalidInput
from app.models import Case
from app.records.disclosures import profile_of

# No reader is to call anybody: contact goes through the liaison.
_CONTACTS = {Sort.PHONE, Sort.MESSENGER, Sort.EMAIL, Sort.WEBSITE}
_FIELDS = (*TEXTS, "enterprise_label")


def given_away(case: Case) -> list[tuple[str, Finding]]:
    """Return what certainly gives the enterprise away, and contacts, by field, in order."""
    need = case.docking.need
    organisation, named = need.organisation, is_named(case)
    found: list[tuple[str, Finding]] = []
    places = dict.fromkeys((organisation.district, need.district))
    for field in _FIELDS:
        seen: set[tuple[int, int]] = set()
        for district in places:
            for each in find_self_naming(getattr(case, field), profile_of(organisation, district)):
                told = each.certain and (each.sort in _CONTACTS or not named)
                if told and (each.start, each.end) not in seen:
                    seen.add((each.start, each.end))
                    found.append((field, each))
    return found


def refuse_given_away(case: Case) -> None:
    """Refuse a case whose texts give away whom it does not name. Raises InvalidInput."""
    found = given_away(case)
    if found:
        errors = tuple(
            FieldError(field, each.sort.value, f"“{each.text}”{each.advice}", each.text) for field, each in found
        )
        raise InvalidInput(
            "；".join(f"{TEXTS.get(each.field, '企业的称呼')}：{each.message}" for each in errors) + "。", errors
        )
