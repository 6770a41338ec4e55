"""Whom liaison duty and the audit log are told, whichever way they are asked for."""

import pytest

from app.audit.repository import AuditFilter
from app.core.caller import OPERATOR, Caller, Role
from app.core.errors import Forbidden

READERS = {Role.ADMIN, Role.LIAISON, Role.BUREAU}


def _told(services, method, *arguments, caller):
    with services.database.read() as session:
        try:
            method(session, *arguments, caller)
        except Forbidden:
            return False
    return True


@pytest.mark.parametrize("role", Role)
def test_the_roster_is_for_staff_and_the_bureau(client, role):
    services, caller = client.app.state.services, Caller(role, account_id="x", organisation_id="y")
    kept = services.liaisons
    calls = ((kept.roster,), (kept.assignments, None, None), (kept.others, "x"), (kept.open_interests, "x"))
    assert {_told(services, *each, caller=caller) for each in calls} == {role in READERS}


@pytest.fixture
def duty(client, account):
    services = client.app.state.services
    person, owner = account(Role.LIAISON)[0], account(Role.ENTERPRISE)[0]
    with services.database.write() as session:
        return services.liaisons.assign(session, person.id, owner.organisation_id, None, OPERATOR)


def test_an_organisation_is_told_of_its_own_liaisons(client, duty):
    services = client.app.state.services
    with services.database.read() as session:
        own = services.liaisons.of_own(session, Caller(Role.ENTERPRISE, organisation_id=duty.organisation_id))
        assert [each.id for each in own] == [duty.id]
        assert services.liaisons.of_own(session, Caller(Role.EXPERT)) == []


def test_what_was_talked_about_is_for_staff(client, duty):
    services = client.app.state.services
    told = {role for role in Role if _told(services, services.liaisons.contacts, duty.id, caller=Caller(role))}
    assert told == {Role.ADMIN, Role.LIAISON}


def test_the_audit_log_is_for_administrators_and_the_history_of_one_thing_for_those_who_oversee_it(client):
    services = client.app.state.services
    calls = {
        services.audit.page: (AuditFilter(), None, 1),
        services.audit.entry: (1,),
        services.audit.head: (),
        services.audit.rows: (AuditFilter(),),
        services.audit.check_fits_a_workbook: (AuditFilter(),),
    }
    for method, arguments in calls.items():
        told = {role for role in Role if _told(services, method, *arguments, caller=Caller(role))}
        assert told == {Role.ADMIN}, method
    of_one = services.audit.of_one
    assert {role for role in Role if _told(services, of_one, "contracts", "x", 1, caller=Caller(role))} == READERS
