"""Who makes what another is making at the same moment is told so, and may go on in the same transaction."""

import threading
import time

import pytest
from sqlalchemy import select

from app.accounts.service import AccountService
from app.audit.log import Event, append
from app.core.caller import OPERATOR
from app.core.errors import Conflict
from app.models import AuditEntry, OrganisationKind
from app.organisations.service import OrganisationService

CASES = [
    (
        OrganisationService().create,
        {"name": "云澜同时工业大学（示例）", "kind": OrganisationKind.UNIVERSITY.value},
        "名",
    ),
    (AccountService().invite, {"email": "same@example.cn", "name": "某人", "role": "liaison"}, "已有账号"),
]


@pytest.mark.parametrize(("make", "fields", "word"), CASES, ids=["organisation", "account"])
def test_the_later_of_two_is_told_and_goes_on(database, make, fields, word):
    told, begun = [], threading.Event()

    def later():
        with database.write() as session:
            begun.set()
            try:
                make(session, fields, OPERATOR)
            except Conflict as error:
                told.append(error.detail)
                append(session, OPERATOR, [Event("test.go_on", "test", "1")])

    with database.write() as session:
        make(session, fields, OPERATOR)
        thread = threading.Thread(target=later)
        thread.start()
        begun.wait(10)
        time.sleep(0.3)  # until it waits for this transaction
    thread.join(30)
    (detail,) = told
    assert word in detail
    with database.read() as session:
        assert session.scalars(select(AuditEntry.action)).all()[1:] == ["test.go_on"]
