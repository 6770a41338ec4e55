"""The rule of every route, in one table: which roles may call it, and the scope that a key needs.

What of a record such a caller sees is said in `app.kinds.visibility`: a rule here lets an
enterprise change needs, visibility there makes them its own.
"""

from collections.abc import Mapping

from app.access.page_rules import PAGES
from app.access.rule import ADMIN, API, EVERYBODY, MEMBERS, ROSTER, SIGNED_IN, STAFF, Rule, Scope
from app.access.work_rules import WORK_RULES
from app.core.caller import Role


def _records(kind: str, owner: Role) -> dict[tuple[str, str], Rule]:
    path = f"{API}/{kind}"
    open_to_all = Rule(EVERYBODY, Scope.READ)
    searching = Rule(EVERYBODY, Scope.READ, searches=True)
    writing = Rule(STAFF | {owner}, Scope.RECORDS, own=True)
    return {
        ("GET", path): open_to_all,
        ("POST", path): writing,
        ("GET", f"{path}/{{id}}"): open_to_all,
        ("PATCH", f"{path}/{{id}}"): writing,
        ("DELETE", f"{path}/{{id}}"): writing,
        ("GET", f"{path}/{{id}}/matches"): searching,
        ("GET", f"{path}/{{id}}/versions"): Rule(STAFF | {owner}, Scope.READ, own=True),
        ("POST", f"{path}/{{id}}/review"): Rule(STAFF, Scope.RECORDS),
        ("POST", f"{path}/{{id}}/renewal"): writing,
        ("POST", f"{path}/{{id}}/restoration"): writing,
    }


RULES: Mapping[tuple[str, str], Rule] = {
    **_records("achievements", Role.UNIVERSITY),
    **_records("needs", Role.ENTERPRISE),
    ("GET", f"{API}/needs/common"): Rule(STAFF, Scope.READ),
    ("GET", f"{API}/needs/{{id}}/clarity"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("POST", f"{API}/needs/self-naming"): Rule(STAFF | {Role.ENTERPRISE}, Scope.RECORDS, own=True),
    ("POST", f"{API}/needs/clarity"): Rule(STAFF | {Role.ENTERPRISE}, Scope.RECORDS, own=True),
    ("POST", f"{API}/needs/preview"): Rule(STAFF | {Role.ENTERPRISE}, Scope.RECORDS, own=True),
    ("GET", f"{API}/renewals"): Rule(STAFF | MEMBERS, Scope.READ, own=True),
    ("POST", f"{API}/search"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", f"{API}/quality"): Rule(EVERYBODY, Scope.READ),
    # Searches that are kept: of one's own account.
    ("POST", f"{API}/saved-searches"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("GET", f"{API}/saved-searches"): Rule(SIGNED_IN, Scope.READ, own=True),
    ("GET", f"{API}/saved-searches/digest"): Rule(SIGNED_IN, Scope.READ, own=True),
    ("PATCH", f"{API}/saved-searches/{{id}}"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("DELETE", f"{API}/saved-searches/{{id}}"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("POST", f"{API}/saved-searches/{{id}}/restoration"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("PUT", f"{API}/saved-searches/{{id}}/seen"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("GET", f"{API}/needs/{{id}}/matches/{{achievement_id}}"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", f"{API}/achievements/{{id}}/matches/{{need_id}}"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("PUT", f"{API}/needs/{{id}}/matches/{{achievement_id}}/judgement"): Rule(STAFF, Scope.JUDGEMENTS),
    ("DELETE", f"{API}/needs/{{id}}/matches/{{achievement_id}}/judgement"): Rule(STAFF, Scope.JUDGEMENTS),
    ("GET", f"{API}/needs/{{id}}/judgements"): Rule(STAFF, Scope.READ),
    # Interests: through the liaison, contacts after both sides agreed.
    ("POST", f"{API}/interests"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("GET", f"{API}/interests"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("GET", f"{API}/interests/list.xlsx"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("GET", f"{API}/interests/{{id}}"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("POST", f"{API}/interests/{{id}}/forward"): Rule(STAFF, Scope.CONTACTS),
    ("POST", f"{API}/interests/{{id}}/consent"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("POST", f"{API}/interests/{{id}}/decline"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("DELETE", f"{API}/interests/{{id}}"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("GET", f"{API}/interests/{{id}}/contacts"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    # Uploads: of the organisation that sent them.
    ("POST", f"{API}/imports"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/imports"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/imports/template.xlsx"): Rule(EVERYBODY, None),
    ("GET", f"{API}/imports/fields"): Rule(EVERYBODY, None),
    ("GET", f"{API}/imports/{{id}}"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("POST", f"{API}/imports/{{id}}/start"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/imports/{{id}}/rows"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/imports/{{id}}/events"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/imports/{{id}}/report.xlsx"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("DELETE", f"{API}/imports/{{id}}"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/duplicates"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("PUT", f"{API}/duplicates/{{id}}"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", f"{API}/exports/{{kind}}"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("POST", f"{API}/captures/proposal"): Rule(STAFF, Scope.RECORDS),
    ("POST", f"{API}/captures"): Rule(STAFF, Scope.RECORDS),
    ("GET", f"{API}/captures"): Rule(STAFF, Scope.READ),
    ("GET", f"{API}/codes/{{list}}"): Rule(EVERYBODY, Scope.READ),
    # Rounds of 需求征集.
    ("POST", f"{API}/rounds"): Rule(STAFF, Scope.RECORDS),
    ("GET", f"{API}/rounds"): Rule(ROSTER | {Role.ENTERPRISE}, Scope.READ),
    ("GET", f"{API}/rounds/{{id}}"): Rule(ROSTER | {Role.ENTERPRISE}, Scope.READ),
    ("PATCH", f"{API}/rounds/{{id}}"): Rule(STAFF, Scope.RECORDS),
    ("POST", f"{API}/rounds/{{id}}/invitations"): Rule(STAFF, Scope.RECORDS),
    ("GET", f"{API}/rounds/{{id}}/invitations"): Rule(STAFF, Scope.READ),
    ("GET", f"{API}/rounds/{{id}}/invitations.xlsx"): Rule(STAFF, Scope.READ),
    ("POST", f"{API}/rounds/{{id}}/reminders"): Rule(STAFF, Scope.RECORDS),
    ("POST", f"{API}/rounds/{{id}}/decline"): Rule(STAFF | {Role.ENTERPRISE}, Scope.RECORDS, own=True),
    ("GET", f"{API}/rounds/{{id}}/completion"): Rule(ROSTER, Scope.READ),
    ("GET", f"{API}/rounds/{{id}}/completion.xlsx"): Rule(ROSTER, Scope.READ),
    # Signing in, and one's own account.
    ("POST", f"{API}/sessions"): Rule(EVERYBODY, None),
    ("GET", f"{API}/sessions"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("DELETE", f"{API}/sessions/current"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("DELETE", f"{API}/sessions/{{id}}"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("POST", f"{API}/passwords"): Rule(EVERYBODY, None),
    ("GET", f"{API}/me"): Rule(SIGNED_IN, Scope.READ, own=True),
    ("PUT", f"{API}/me/password"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("POST", f"{API}/me/totp"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("PUT", f"{API}/me/totp"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("DELETE", f"{API}/me/totp"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("POST", f"{API}/keys"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("GET", f"{API}/keys"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    ("DELETE", f"{API}/keys/{{id}}"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    # Accounts of others: administrators, and members who manage their organisation.
    ("POST", f"{API}/accounts"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", f"{API}/accounts"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", f"{API}/accounts.xlsx"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", f"{API}/accounts/{{id}}"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("PATCH", f"{API}/accounts/{{id}}"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("POST", f"{API}/accounts/{{id}}/reset"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    # Organisations: enterprises are shown to staff and themselves alone.
    ("POST", f"{API}/organisations"): Rule(STAFF, Scope.PEOPLE),
    ("GET", f"{API}/organisations"): Rule(SIGNED_IN, Scope.READ),
    ("GET", f"{API}/organisations.xlsx"): Rule(STAFF, Scope.PEOPLE),
    ("GET", f"{API}/organisations/{{id}}"): Rule(SIGNED_IN, Scope.READ),
    ("PATCH", f"{API}/organisations/{{id}}"): Rule(STAFF | MEMBERS, Scope.PEOPLE, own=True),
    ("POST", f"{API}/organisations/{{id}}/verification"): Rule(STAFF, Scope.PEOPLE),
    # Liaison duty.
    ("GET", f"{API}/liaisons"): Rule(ROSTER, Scope.READ),
    ("GET", f"{API}/liaisons/roster.xlsx"): Rule(ROSTER, Scope.READ),
    ("POST", f"{API}/liaisons/{{id}}/assignments"): Rule(ADMIN, Scope.PEOPLE),
    ("POST", f"{API}/liaisons/{{id}}/hand-over"): Rule(ADMIN, Scope.PEOPLE),
    ("GET", f"{API}/assignments"): Rule(STAFF, Scope.READ),
    ("DELETE", f"{API}/assignments/{{id}}"): Rule(ADMIN, Scope.PEOPLE),
    ("POST", f"{API}/assignments/{{id}}/restoration"): Rule(ADMIN, Scope.PEOPLE),
    ("POST", f"{API}/assignments/{{id}}/contacts"): Rule(STAFF, Scope.PEOPLE),
    ("GET", f"{API}/assignments/{{id}}/contacts"): Rule(STAFF, Scope.READ),
    ("GET", f"{API}/audit"): Rule(ADMIN, Scope.AUDIT),
    ("GET", f"{API}/audit/export.jsonl"): Rule(ADMIN, Scope.AUDIT),
    ("GET", f"{API}/audit/export.xlsx"): Rule(ADMIN, Scope.AUDIT),
    ("GET", f"{API}/openapi.json"): Rule(EVERYBODY, None),
    ("GET", "/livez"): Rule(EVERYBODY, None, identified=False),
    ("GET", "/readyz"): Rule(EVERYBODY, None),
    ("GET", "/metrics"): Rule(ADMIN, Scope.METRICS),
    **PAGES,
    **WORK_RULES,
}
