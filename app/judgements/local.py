"""Take in a file of judgements that lies on this machine."""

from functools import partial
from pathlib import Path

from app.core.caller import Caller
from app.core.database import Database, prepare_then_apply
from app.core.parts import Parts
from app.judgements.service import JudgementReport, JudgementService


def import_judgements(parts: Parts, file: Path, caller: Caller) -> JudgementReport:
    """Take the judgements of a file; the same file again only brings what changed. Raises InvalidInput."""
    service = parts[JudgementService]
    return prepare_then_apply(
        parts[Database], partial(service.read_file, file=file, caller=caller), partial(service.take_file, caller=caller)
    )
