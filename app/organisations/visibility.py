"""Who sees which organisations: enterprises are for staff and themselves, as one SQL condition.

The list of enterprises would tell who may stand behind anonymous needs.
"""

from sqlalchemy import ColumnElement, or_, true

from app.core.caller import Caller
from app.models import Organisation, OrganisationKind

OPEN = (OrganisationKind.UNIVERSITY, OrganisationKind.GOVERNMENT, OrganisationKind.PROVIDER)


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that an organisation may be shown to the caller."""
    if caller.sees_all:
        return true()
    return or_(Organisation.kind.in_(OPEN), Organisation.id == caller.organisation_id)


def shows_all_of(organisation: Organisation, caller: Caller) -> bool:
    """Say whether the caller may see every field: staff, and its own members."""
    return caller.sees_all or caller.owns(organisation.id)
