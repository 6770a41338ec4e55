"""Imports killed at random moments lose no acknowledged row, and the next one goes on."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.matches.check import check_index
from app.matches.preparation import BATCH
from app.models import Achievement, Organisation
from app.services import Services

KILLS = 20
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
TITLES = [f"{machine}{work}" for machine in MACHINES for work in WORKS]
ACKNOWLEDGED = re.compile(r"已保存 (\d+)/(\d+) 行")


class Killer:
    """Starts imports in forks of a warm process, and kills them."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._output, self._errors = folder / "stdout", folder / "stderr"
        environment = os.environ | {"SHUANGXU_DATA_DIR": str(data), "OMP_NUM_THREADS": "1"}
        self._warm = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm_commands.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def start(self, file: Path) -> int:
        self._errors.unlink(missing_ok=True)
        arguments = ["import", str(file), "--kind", "achievements", "--organisation", OWNER, "--json"]
        task = {"arguments": arguments, "output": str(self._output), "errors": str(self._errors)}
        self._warm.stdin.write(json.dumps(task) + "\n")
        self._warm.stdin.flush()
        return int(self._warm.stdout.readline())

    def acknowledged(self) -> list[int]:
        """Return the numbers of rows that were said to be stored, as far as whole lines were written."""
        text = self._errors.read_text("utf-8", "replace") if self._errors.exists() else ""
        return [int(found[1]) for line in text.splitlines() if (found := ACKNOWLEDGED.search(line))]

    def kill(self, child: int, chance: random.Random, done: int) -> bool:
        """Kill at a random moment, mostly after a batch beyond the `done` rows; say whether it still ran."""
        early = chance.random() < 0.35
        deadline = time.monotonic() + 30
        while not early and _alive(child) and time.monotonic() < deadline:
            if max(self.acknowledged(), default=0) > done:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.0 if early else 0.7))
        os.kill(child, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    def ended(self) -> int:
        return int(self._warm.stdout.readline())

    def report(self) -> dict:
        return json.loads(self._output.read_text("utf-8"))

    def close(self) -> None:
        self._warm.stdin.close()
        self._warm.wait(30)
        self._warm.stdout.close()


def _alive(child: int) -> bool:
    state = Path(f"/proc/{child}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def killer(services: Services, tmp_path: Path) -> Iterator[Killer]:
    opened = Killer(services.settings.data_dir, tmp_path)
    yield opened
    opened.close()


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


def test_an_import_that_is_killed_loses_nothing_it_acknowledged(services, killer, tmp_path):
    chance = random.Random(20)
    edition, kills, advanced, done = 1, 0, 0, 0
    file = _write(tmp_path / "断电.csv", edition)
    while kills < KILLS:
        killed = killer.kill(killer.start(file), chance, done)
        before, done = done, _check(services, edition, max(killer.acknowledged(), default=0))
        kills += killed
        advanced += killed and before < done < len(TITLES)
        if done == len(TITLES):  # nothing left to interrupt: the next edition changes every row
            edition, done = edition + 1, 0
            file = _write(file, edition)
    assert advanced >= KILLS // 4, "too few kills fell between batches"

    killer.start(file)
    assert killer.ended() == 0
    report = killer.report()
    assert report["rows_total"] == report["rows_done"] == len(TITLES)
    assert report["rejected"] == 0
    assert _stored(services) == {at: _summary(title, edition) for at, title in enumerate(TITLES)}
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1
    services.gateway.index.rebuild()
    assert check_index(services.database, services.gateway) == {}
