"""A copy of the database, taken while people write, brings everything back, and nothing is encoded again."""

import hashlib
import shutil
import threading
from contextlib import closing

import pytest
from pysqlite3 import dbapi2

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import RecordKind
from app.search.check import check_index
from tests.asking import Asking, new_record, record_called
from tests.installations import opened
from tests.trials import size

RECORDS = size(40, 1000)


class _NeverEncodes:
    """Stands for a model that would be asked for vectors that were not restored."""

    model_id, dimension = "hashing@1", 64

    def encode(self, texts, *_):
        raise AssertionError(f"encoded again: {texts[:2]}")


def _rows(file):
    """Return the number and a digest of the rows of each table."""
    found = {}
    # The same SQLite as the application's: of two in one process neither sees the other's locks.
    with closing(dbapi2.connect(str(file))) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in sorted(names):
            digests = sorted(
                hashlib.sha256(repr(row).encode()).digest() for row in store.execute(f"SELECT * FROM {name}")
            )
            found[name] = (len(digests), hashlib.sha256(b"".join(digests)).hexdigest())
    return found


@pytest.mark.trial
def test_a_backup_brings_everything_back(seeded_dir, load, tmp_path, figures):
    data, restored = tmp_path / "data", tmp_path / "restored"
    shutil.copytree(seeded_dir, data, symlinks=True)
    restored.mkdir()
    begun = threading.Event()

    with opened(Settings(data_dir=data), load) as services:

        def write():
            for number in range(RECORDS):
                body = AchievementIn(title=f"备份示例{number}", summary=f"第{number}号（示例）。", visibility="public")
                new_record(services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)
                if number == RECORDS // 4:
                    begun.set()

        writer = threading.Thread(target=write)
        writer.start()
        begun.wait(60)
        backup = restored / "shuangxu.db"
        with closing(dbapi2.connect(str(data / "shuangxu.db"), timeout=60)) as store:
            store.execute("VACUUM INTO ?", (str(backup),))
        writer.join()

    before = _rows(backup)
    with opened(Settings(data_dir=restored), lambda *_: _NeverEncodes()) as again:
        assert again.gateway.encode_missing() == 0
        assert check_index(again.database, again.gateway) == {}
        need = record_called(again, RecordKind.NEEDS, "XQ-coal-01")
        assert len(Asking(again).for_record(need, OPERATOR, 20, RecordFilter()).results) == 20
    assert _rows(backup) == before
    # What was committed when the copy was taken is in it, and half of nothing.
    rows = before["achievements"][0]
    assert RECORDS // 4 <= rows - 176 <= RECORDS
    figures(
        "backup while people write",
        size=RECORDS,
        seed="none",
        rows=rows,
        tables=len(before),
    )
