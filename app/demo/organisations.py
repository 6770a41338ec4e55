"""Organisations that the seed data brings."""

from sqlalchemy.orm import Session

from app.core.errors import SetupError
from app.organisations.repository import OrganisationRepository


def organisation_id(session: Session, name: str) -> str:
    """Return the id of an organisation of the seed data. Raises SetupError where it is not there."""
    found = OrganisationRepository(session).by_name(name)
    if found is None:
        raise SetupError(f"示例单位 {name} 不在库中，请先执行 shuangxu seed。")
    return found.id
