"""Find a docking or say why not."""

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.errors import NotFound
from app.dockings.repository import DockingRepository
from app.models import Docking


def find(session: Session, id: str, caller: Caller, *, lock: bool = False) -> Docking:
    """Return a docking that the caller may see. Raises NotFound for all others."""
    docking = DockingRepository(session).get(id, caller, lock=lock)
    if docking is None:
        raise NotFound("没有这条对接，或它与本单位无关。请返回对接列表。")
    return docking
