"""What the demo shows of channels: a delivered package that was answered, with one lead."""

import pytest

from app.core.caller import OPERATOR

pytestmark = pytest.mark.real_model


def test_a_liaison_finds_a_channel_that_was_answered_and_one_to_begin_with(demo_services):
    channels = demo_services.channels
    with demo_services.database.read() as session:
        rows, _ = channels.page(session, OPERATOR, None, 10)
        standings = {
            each.name: standing for each, standing in zip(rows, channels.standings(session, rows).values(), strict=True)
        }
        named = next(each for each in rows if each.name.startswith("羚羊"))
        leads, _ = channels.leads.page(session, named.id, OPERATOR, None, None, 10)
        items, _ = channels.items(session, named.id, None, None, 100, OPERATOR)
    answered = standings["羚羊工业互联网平台（需求）"]
    assert (answered.items["accepted"], answered.items["rejected"], answered.waiting) == (5, 1, False)
    assert answered.items["delivered"] > 0
    assert len(leads) == answered.new_leads == 1
    assert sum(each.leads for each in items) == 1
    assert standings["毕业设计选题目录"].there == 0
