"""The page about permissions says what the rules say."""

from app.access.rules import RULES
from app.access.shown_table import ROLES, cell, permission_table
from app.core.caller import Role
from app.core.settings import PROJECT_ROOT


def test_the_page_is_printed_from_the_rules():
    page = (PROJECT_ROOT / "docs" / "permissions.md").read_text("utf-8")
    assert page.endswith(permission_table()), "print it anew: shuangxu permissions, below the explanation"


def test_a_row_for_every_rule_and_a_column_for_every_role():
    lines = permission_table().splitlines()
    assert len(lines) == len(RULES) + 2
    assert set(ROLES) == set(Role)


def test_members_have_what_is_theirs_and_staff_have_all():
    rule = RULES["PATCH", "/api/v1/needs/{id}"]
    assert [cell(rule, role) for role in ROLES] == ["—", "是", "是", "本单位", "—", "—", "—"]
