"""Imports killed at random moments lose no acknowledged row, and the next one goes on."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models import Achievement, Organisation
from app.search.check import check_index
from app.search.preparation import BATCH
from app.services import Services
from tests.integration.killing import Killer
from tests.trials import CAMPAIGN, size

# A kill in the midst of encoding needs a model that takes its time; the checks kill between that and storing.
pytestmark = [pytest.mark.real_model] if CAMPAIGN else []

KILLS, SEED = size(1, 100), 20
OWNER = "云澜断电大学（示例）"
MACHINES = [
    "破碎机", "振动筛", "浓缩机", "压滤机", "浮选柱", "皮带秤", "给料机",
    "离心机", "刮板机", "提升机", "采煤机", "掘进机", "通风机", "空压机",
    "水泵", "锅炉", "窑炉", "球磨机", "干燥塔", "换热器",
]  # fmt: skip
WORKS = [
    "在线监测", "故障诊断", "节能改造", "噪声治理", "智能控制", "密封改进", "耐磨堆焊",
    "远程运维", "振动抑制", "寿命预测", "自动取样", "粉尘抑制", "余热回收", "精度校准",
    "快速换件", "防腐涂层", "变频调速", "润滑管理", "载荷标定", "数字孪生",
]  # fmt: skip
TITLES = [f"{machine}{work}" for machine in MACHINES for work in WORKS][: 400 if CAMPAIGN else 150]


@pytest.fixture
def killer(services: Services, tmp_path: Path, real_model: bool) -> Iterator[Killer]:
    opened = Killer(services.settings.data_dir, tmp_path, real_model=real_model)
    yield opened
    opened.close()


def _import(file: Path) -> tuple[str, ...]:
    return "import", str(file), "--kind", "achievements", "--organisation", OWNER, "--json"


def _write(file: Path, edition: int) -> Path:
    rows = [f"断-{at},{title},{_summary(title, edition)}" for at, title in enumerate(TITLES)]
    file.write_text("\n".join(["成果编号,成果名称,成果简介", *rows]) + "\n", "utf-8")
    return file


def _summary(title: str, edition: int) -> str:
    return f"面向选煤厂的{title}装置第{edition}版，可在不停产条件下安装（示例）。"


def _stored(services: Services) -> dict[int, str]:
    """Return the summary of every row by its place in the file."""
    with services.database.read() as session:
        rows = session.execute(select(Achievement.external_id, Achievement.summary)).all()
        assert len(rows) == len({row.external_id for row in rows})
    return {int(row.external_id.removeprefix("断-")): row.summary for row in rows}


def _check(services: Services, edition: int, acknowledged: int) -> int:
    """Check what a killed import left; return how many rows of the edition are stored."""
    stored = _stored(services)
    current = [at for at, summary in sorted(stored.items()) if summary == _summary(TITLES[at], edition)]
    assert current == list(range(len(current))), "rows are stored in the order of the file"
    assert len(current) >= acknowledged, "an acknowledged row is lost"
    assert len(current) % BATCH == 0 or len(current) == len(TITLES), "half a batch is stored"
    assert check_index(services.database, services.gateway) == {}
    return len(current)


@pytest.mark.trial
def test_an_import_that_is_killed_loses_nothing_it_acknowledged(services, killer, tmp_path, figures):
    chance = random.Random(SEED)
    edition, kills, advanced, done = 1, 0, 0, 0
    file = _write(tmp_path / "断电.csv", edition)
    while kills < KILLS:
        killed = killer.kill(killer.start(*_import(file)), chance, done)
        before, done = done, _check(services, edition, max(killer.acknowledged(), default=0))
        kills += killed
        advanced += killed and before < done < len(TITLES)
        if done == len(TITLES):  # nothing left to interrupt: the next edition changes every row
            edition, done = edition + 1, 0
            file = _write(file, edition)
    assert advanced >= KILLS // 4, "too few kills fell between batches"

    killer.start(*_import(file))
    assert killer.ended() == 0
    report = killer.report()
    assert report["rows_total"] == report["rows_done"] == len(TITLES)
    assert report["rejected"] == 0
    assert _stored(services) == {at: _summary(title, edition) for at, title in enumerate(TITLES)}
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1
    services.gateway.index.rebuild()
    assert check_index(services.database, services.gateway) == {}
    figures("kill -9 of an import", size=kills, seed=SEED, between_batches=advanced, editions=edition)
