"""Whatever is done to records in whatever order, the index holds what the database holds."""

import itertools
import shutil

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.records.transactions import change_record
from app.search.check import check_index
from app.services import build_services
from tests.asking import Asking, new_record, written
from tests.installations import Content
from tests.trials import size

EXAMPLES, STEPS = size(2, 100), size(8, 30)
WORDS = st.lists(st.sampled_from(["煤泥", "压滤", "酶解", "焊缝", "冷链", "钢渣", "菌群"]), min_size=2, max_size=4)
KIND = RecordKind.ACHIEVEMENTS


class Records(RuleBasedStateMachine):
    """Records that are made, changed, withdrawn and restored in one process, and searched for in another too.

    Attributes:
        open_copy: set by the test; opens a new installation's directory, or one that there is.
        steps: how many were taken, in all runs.
    """

    open_copy = None
    steps = itertools.count()
    there = Bundle("there")
    gone = Bundle("gone")

    @initialize()
    def begin(self):
        self.writer, self.data = self.open_copy(None)
        self.reader, _ = self.open_copy(self.data)

    def _found(self, services, text):
        answer = Asking(services).for_text(text, KIND, OPERATOR, 100, RecordFilter())
        return {each.record.id for each in answer.results}

    @rule(target=there, words=WORDS)
    def create(self, words):
        next(self.steps)
        title = "".join(words)
        body = AchievementIn(title=title, summary=f"{'，'.join(words)}的装置（示例）。", visibility="public")
        record = new_record(self.writer, KIND, body.model_dump(), OPERATOR)
        for services in (self.writer, self.reader):
            assert record.id in self._found(services, title)
        return record.id

    @rule(words=WORDS)
    def post_a_need(self, words):
        next(self.steps)
        body = NeedIn(title="".join(words), description=f"想要{'、'.join(words)}（示例）。", visibility="public")
        new_record(self.writer, RecordKind.NEEDS, body.model_dump(), OPERATOR)

    @rule(id=there, words=WORDS)
    def change(self, id, words):
        next(self.steps)
        record = change_record(
            self.writer.database, self.writer.records[KIND], id, {"title": "".join(words)}, "*", OPERATOR
        )
        assert id in self._found(self.reader, record.title)

    @rule(target=gone, id=consumes(there))
    def withdraw(self, id):
        next(self.steps)
        written(self.writer.database, self.writer.records[KIND].withdraw, id, "*", OPERATOR)
        assert id not in self._found(self.reader, "煤泥压滤")
        return id

    @rule(target=there, id=consumes(gone))
    def restore(self, id):
        next(self.steps)
        record = written(self.writer.database, self.writer.records[KIND].restore, id, OPERATOR)
        assert id in self._found(self.reader, record.title)
        return id

    @rule()
    def save(self):
        next(self.steps)
        self.writer.gateway.index.catch_up()
        self.writer.gateway.index.save(force=True)

    @rule()
    def start_again(self):
        next(self.steps)
        _close(self.reader)
        self.reader, _ = self.open_copy(self.data)

    def teardown(self):
        if hasattr(self, "reader"):
            for services in (self.writer, self.reader):
                assert check_index(services.database, services.gateway) == {}
                _close(services)
            shutil.rmtree(self.data)


def _close(services):
    services.gateway.close()
    services.database.close()


@pytest.mark.trial
def test_the_index_follows_the_database(installed, load, tmp_path, figures, monkeypatch):
    numbers = itertools.count()

    def open_copy(_, data):
        if data is None:
            data = shutil.copytree(installed(Content.EMPTY), tmp_path / str(next(numbers)), symlinks=True)
        opened = build_services(Settings(data_dir=data), load)
        opened.gateway.open()
        return opened, data

    monkeypatch.setattr(Records, "open_copy", open_copy)
    monkeypatch.setattr(Records, "steps", itertools.count())
    wanted = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Records, settings=wanted)
    steps, runs = next(Records.steps), next(numbers)
    assert steps > EXAMPLES
    figures("index against database", size=f"{EXAMPLES} × {STEPS}", seed="fixed", runs=runs, steps=steps)
