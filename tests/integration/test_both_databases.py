"""The whole path, from a file to ranked matches and a clean check, on SQLite and on PostgreSQL."""

import json
from pathlib import Path

import pytest

from app.core.caller import ANYBODY, OPERATOR
from app.core.database import Database
from app.core.settings import SEED_DIR, Settings
from app.imports.local import import_here
from app.kinds.visibility import RecordFilter
from app.models import RecordKind
from app.records.transactions import change_record
from app.search.check import check_index
from app.services import build_services
from tests.asking import Asking, written

pytestmark = pytest.mark.real_model


def test_import_match_change_withdraw_and_check(database: Database, settings: Settings, tmp_path: Path) -> None:
    url = database.url.render_as_string(hide_password=False)
    services = build_services(settings.model_copy(update={"database_url": url}))
    services.gateway.open()
    rows = (SEED_DIR / "achievements.jsonl").read_text("utf-8").splitlines()[:12]
    file = tmp_path / "achievements.jsonl"
    file.write_text("\n".join(rows), "utf-8")
    owner = "云澜矿业大学（示例）"
    first = import_here(services.parts, file, RecordKind.ACHIEVEMENTS, OPERATOR, owner)
    assert (first.created, first.rejected) == (12, 0)
    second = import_here(services.parts, file, RecordKind.ACHIEVEMENTS, OPERATOR, owner)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 12)

    text = json.loads(rows[3])["title"]
    answer = Asking(services).for_text(text, RecordKind.ACHIEVEMENTS, ANYBODY, 5, RecordFilter(industry="B"))
    assert answer.results[0].record.title == text
    id = answer.results[0].record.id

    achievements = services.records[RecordKind.ACHIEVEMENTS]
    fields = {"price_min_wan": None, "stage": "中试"}
    assert change_record(services.database, achievements, id, fields, '"1"', OPERATOR).version == 2
    written(services.database, achievements.withdraw, id, '"2"', OPERATOR)
    after = Asking(services).for_text(text, RecordKind.ACHIEVEMENTS, ANYBODY, 20, RecordFilter())
    assert id not in {result.record.id for result in after.results}
    assert len(after.results) == 11
    assert check_index(services.database, services.gateway) == {}
    services.gateway.close()
    services.database.close()
