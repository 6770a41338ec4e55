"""A disk that fills up at different points: a clear refusal, reading goes on, and the retry works."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.core.security import ensure_key
from app.core.settings import Settings
from tests.trials import size

POINTS = size(1, 20)


@pytest.fixture
def small_disk(tmp_path):
    """A file system in memory whose size can be set; only root can mount one."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()

    def sized(kib, *, again=False):
        options = f"{'remount,' if again else ''}size={kib}k"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True)
        return folder

    yield sized
    subprocess.run(["umount", "-l", folder], check=False, capture_output=True)


def _used(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) // 1024


@pytest.mark.heavy
def test_a_full_disk_is_said_and_nothing_is_lost(seeded_dir, started, load, small_disk, figures):
    refused = 0
    for point in range(POINTS):
        disk = small_disk(1 << 20)
        data = disk / "data"
        shutil.copytree(seeded_dir, data, symlinks=True)
        settings = Settings(data_dir=data, worker=False)
        with started(settings, load) as client:
            headers = {"Authorization": f"Bearer {ensure_key(settings.key_file)[0]}"}
            small_disk(_used(disk) + 200 + 37 * point, again=True)
            kept, answer = [], None
            for number in range(3000):
                body = {
                    "title": f"满盘示例{number}",
                    "summary": "写到磁盘满为止（示例）。" * 20,
                    "visibility": "public",
                }
                answer = client.post("/api/v1/achievements", json=body, headers=headers)
                if answer.status_code != 201:
                    break
                kept.append(answer.json()["id"])
            assert answer.status_code == 507, answer.text
            assert answer.json()["code"] == "disk_full"
            refused += 1
            assert client.get("/api/v1/achievements", headers=headers).status_code == 200
            for id in kept:
                assert client.get(f"/api/v1/achievements/{id}", headers=headers).status_code == 200
            small_disk(1 << 20, again=True)
            assert client.post("/api/v1/achievements", json=body, headers=headers).status_code == 201
        subprocess.run(["umount", "-l", disk], check=True)
    figures("disk full", size=POINTS, seed="none", refused_with_507=refused)
