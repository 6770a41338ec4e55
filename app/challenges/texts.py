"""What texts around a challenge may not say: who hides behind an anonymous need, and how to reach anybody."""

from collections.abc import Mapping

from app.confidentiality.names import Sort
from app.confidentiality.self_naming import find_self_naming
from app.core.errors import FieldError, InvalidInput
from app.models import Challenge, Need, NeedVisibility
from app.records.disclosures import profile_of, state_secrets

_CONTACTS = {Sort.PHONE, Sort.MESSENGER, Sort.EMAIL, Sort.WEBSITE}


def check_texts(challenge: Challenge, texts: Mapping[str, str]) -> None:
    """Refuse texts that others read and that name an enterprise which hides, or hold contacts. Raises InvalidInput."""
    check_needs_hidden([member.need for member in challenge.members], texts)


def check_needs_hidden(needs: list[Need], texts: Mapping[str, str]) -> None:
    """See `check_texts`; of a challenge that is still to be made."""
    errors: dict[tuple[str, str], FieldError] = {}
    for secret in state_secrets({"title": "\n".join(texts.values())}):
        errors["text", "state_secret"] = secret
    for need in needs:
        hides = need.visibility == NeedVisibility.ANONYMOUS
        profile = profile_of(need.organisation, need.district or need.organisation.district)
        for field, text in texts.items():
            for each in find_self_naming(text, profile) if text else ():
                if each.certain and (hides or each.sort in _CONTACTS):
                    errors.setdefault(
                        (field, each.text), FieldError(field, each.sort.value, f"“{each.text}”{each.advice}", each.text)
                    )
    if errors:
        found = tuple(errors.values())
        raise InvalidInput("；".join(f"{each.field}：{each.message}" for each in found) + "。", found)
