"""Damaged snapshots of the index: each is noticed, searches answer as before, and the next start is whole."""

import random
import shutil

import pytest

from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import RecordKind
from app.search.check import check_index
from matching.index.snapshot import newest_snapshot
from tests.asking import Asking
from tests.installations import opened
from tests.trials import size

MUTATIONS, SEED = size(3, 300), 7
TEXT = "尾矿浆浓密压滤，回收清水"


def _answers(services):
    return [
        [(each.score, each.record.id) for each in answer.results]
        for answer in (
            Asking(services).for_text(TEXT, kind, OPERATOR, 20, RecordFilter())
            for kind in (RecordKind.ACHIEVEMENTS, RecordKind.NEEDS)
        )
    ]


def _damage(chance, folder):
    """Flip a bit, cut the end, zero the end, add to it, or remove a file; return what was done to which."""
    file = chance.choice(sorted(each for each in folder.rglob("*") if each.is_file() and each.stat().st_size))
    data, deed = bytearray(file.read_bytes()), chance.choice(["flipped", "cut", "zeroed", "lengthened", "removed"])
    at = chance.randrange(len(data))
    if deed == "flipped":
        data[at] ^= 1 << chance.randrange(8)
    elif deed == "cut":
        del data[at:]
    elif deed == "zeroed":
        if not any(data[at:]):
            at = 0
        data[at:] = bytes(len(data) - at)
    elif deed == "lengthened":
        data += bytes(chance.randrange(1, 64))
    if deed == "removed":
        file.unlink()
    else:
        file.write_bytes(data)
    return file.name, deed


@pytest.mark.trial
def test_every_damage_is_noticed_and_no_answer_is_wrong(seeded_dir, load, tmp_path, figures):
    chance = random.Random(SEED)

    with opened(Settings(data_dir=seeded_dir), load) as whole:
        right = _answers(whole)
    noticed = passed_over = 0
    for number in range(MUTATIONS):
        data = tmp_path / str(number)
        shutil.copytree(seeded_dir, data, symlinks=True)
        folder = newest_snapshot(data / "index")
        what = _damage(chance, folder)
        with opened(Settings(data_dir=data), load) as services:
            # A snapshot whose manifest cannot be read is none: the index is built from the database.
            noticed += services.gateway.index.damage is not None
            passed_over += services.gateway.index.damage is None
            assert services.gateway.index.damage is not None or "manifest" in what[0], what
            assert _answers(services) == right, what
            services.gateway.index.save(force=True)
        with opened(Settings(data_dir=data), load) as again:
            assert again.gateway.index.damage is None, what
            assert check_index(again.database, again.gateway) == {}, what
        shutil.rmtree(data)
    figures("damaged index files", size=MUTATIONS, seed=SEED, noticed=noticed, taken_for_no_snapshot=passed_over)
