"""Load the illustrative records that come with the product."""

from rich.progress import Progress
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.errors import NotFound
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.core.terminal import progress_bar
from app.imports.local import import_here
from app.judgements.local import import_judgements
from app.kinds.table import Record
from app.learning.examples import FROZEN_JUDGES
from app.models import RecordKind, Upload
from app.records.service import RecordServices

# One with a clear answer, one in a worker's words, one from outside heavy industry.
SAMPLE_NEEDS = ("XQ-chem-02", "XQ-coal-02", "XQ-food-02")


def load_seed(parts: Parts, caller: Caller, *, quiet: bool = False) -> dict[str, dict[str, int]]:
    """Import the seed data and its judgements; what is there already stays. Returns counts by kind."""
    counts = {}
    for kind, noun in ((RecordKind.ACHIEVEMENTS, "成果"), (RecordKind.NEEDS, "需求")):
        with progress_bar(f"载入示例{noun}", quiet=quiet) as bar:

            def advance(upload: Upload, bar: Progress = bar) -> None:
                bar.update(bar.task_ids[0], total=upload.rows_total, completed=upload.rows_done)

            records = SEED_DIR / f"{kind.value}.jsonl"
            report = import_here(parts, records, kind, caller, None, advance)
        counts[kind.value] = {
            "created": report.created, "updated": report.updated,
            "unchanged": report.unchanged, "rejected": report.rejected,
        }  # fmt: skip
    for file in FROZEN_JUDGES:
        import_judgements(parts, SEED_DIR / file, caller)
    return counts


def sample_record(parts: Parts, session: Session, name: str, caller: Caller) -> Record:
    """Return a sample need. Raises NotFound."""
    try:
        return parts[RecordServices][RecordKind.NEEDS].named(session, name, caller)
    except NotFound as error:
        raise NotFound(f"示例需求 {name} 不在库中，请先执行 shuangxu seed。") from error
