"""Groups of common needs are compared again only after a need has changed, and are for staff."""

from dataclasses import replace

import pytest

from app.achievements.schemas import AchievementIn
from app.core.caller import ANYBODY, OPERATOR, Role
from app.core.errors import Forbidden
from app.models import RecordKind
from app.needs.common_needs import _KEPT, common_needs
from app.needs.schemas import NeedIn
from tests.asking import new_record, written

TEXT = "选煤厂煤泥水浓缩沉降慢，絮凝剂药耗高，循环水浊度居高不下，压滤机入料浓度不稳。"


def _post(services, number):
    body = NeedIn.model_validate({
        "title": f"煤泥水浓缩沉降慢，絮凝剂药耗高（{number}）", "description": TEXT,
        "organisation": f"云澜共性第{number}洗选公司（示例）", "visibility": "public",
    })  # fmt: skip
    return new_record(services, RecordKind.NEEDS, body.model_dump(), OPERATOR)


def _found(services, least=2, caller=OPERATOR):
    with services.database.read() as session:
        return common_needs(session, services.gateway, caller, least)


def test_what_was_compared_is_kept_until_a_need_changes(seeded_services):
    posted = [_post(seeded_services, number) for number in range(2)]
    first = _found(seeded_services)
    _, groups = _KEPT[seeded_services.gateway]
    kept = groups[2]
    assert _found(seeded_services) == first
    assert _found(seeded_services, 3) is not None  # another least number is another list
    # An achievement changes nothing of it.
    body = AchievementIn.model_validate({"title": "煤泥水絮凝剂自动加药", "summary": TEXT})
    new_record(seeded_services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)
    assert _found(seeded_services) == first
    assert _KEPT[seeded_services.gateway][1][2] is kept
    together = [group for group in first if {each.id for each in group.members} >= {each.id for each in posted}]
    assert len(together) == 1
    # A third is there at once, and one that is withdrawn is gone at once.
    third = _post(seeded_services, 2)
    assert third.id in {member.id for group in _found(seeded_services) for member in group.members}
    written(seeded_services.database, seeded_services.records[RecordKind.NEEDS].withdraw, third.id, '"1"', OPERATOR)
    assert third.id not in {member.id for group in _found(seeded_services) for member in group.members}


def test_no_more_lists_are_kept_than_asked_for_lately(seeded_services):
    for least in range(2, 12):
        _found(seeded_services, least)
    assert len(_KEPT[seeded_services.gateway][1]) == 8


def test_they_are_for_staff_whatever_is_kept(seeded_services):
    found = _found(seeded_services)
    assert _found(seeded_services, caller=replace(OPERATOR, role=Role.LIAISON)) == found
    for caller in (ANYBODY, replace(OPERATOR, role=Role.ENTERPRISE), replace(OPERATOR, role=Role.BUREAU)):
        with pytest.raises(Forbidden, match="管理员"):
            _found(seeded_services, caller=caller)
