"""Alembic environment. The connection comes from `app.core.migrations`, never from a file."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from app.models import Base


def _plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write column types of our own as what they are stored as: migrations outlive our classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
