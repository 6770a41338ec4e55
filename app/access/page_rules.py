"""The rule of every page. Pages only read; what their forms send is under the rules of the contract."""

from app.access.rule import ADMIN, API, EVERYBODY, MEMBERS, ROSTER, SIGNED_IN, STAFF, Rule, Scope
from app.access.work_rules import WORK_RULES
from app.core.caller import Role


def _records(kind: str, owner: Role) -> dict[tuple[str, str], Rule]:
    open_to_all = Rule(EVERYBODY, Scope.READ)
    writing = Rule(STAFF | {owner}, Scope.RECORDS, own=True)
    return {
        ("GET", f"/{kind}"): open_to_all,
        ("GET", f"/{kind}/new"): writing,
        ("GET", f"/{kind}/{{id}}"): open_to_all,
        ("GET", f"/{kind}/{{id}}/edit"): writing,
        ("GET", f"/{kind}/{{id}}/versions"): Rule(STAFF | {owner}, Scope.READ, own=True),
    }


PAGES: dict[tuple[str, str], Rule] = {
    ("GET", "/static/{version}/{name:path}"): Rule(EVERYBODY, None),
    ("GET", "/"): Rule(EVERYBODY, Scope.READ),
    ("GET", "/sign-in"): Rule(EVERYBODY, None),
    ("GET", "/password"): Rule(EVERYBODY, None),
    ("GET", "/imports"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", "/imports/{id}"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", "/quality"): Rule(EVERYBODY, Scope.READ),
    # Achievements and needs.
    **_records("achievements", Role.UNIVERSITY),
    **_records("needs", Role.ENTERPRISE),
    ("GET", "/needs/{id}/clarity"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/achievements/{id}/interest"): Rule(STAFF | {Role.ENTERPRISE}, Scope.CONTACTS),
    ("GET", "/needs/{id}/interest"): Rule(STAFF | {Role.UNIVERSITY}, Scope.CONTACTS),
    # Searching. Texts may be long, so results are asked for by POST; it only reads.
    ("GET", "/search/{target}"): Rule(EVERYBODY, Scope.READ),
    ("POST", "/search/{target}/results"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("POST", "/search/{target}/results.xlsx"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/saved-searches"): Rule(SIGNED_IN, Scope.READ, own=True),
    ("GET", "/saved-searches/digest"): Rule(SIGNED_IN, Scope.READ, own=True),
    ("GET", "/common-needs"): Rule(STAFF, Scope.READ),
    ("GET", "/common-needs.xlsx"): Rule(STAFF, Scope.READ),
    # Matches: of a record, of a pair, of several side by side.
    ("GET", "/achievements/{id}/matches"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/achievements/{id}/matches.xlsx"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/needs/{id}/matches"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/needs/{id}/matches.xlsx"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/needs/{id}/matches/{achievement_id}"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/needs/{id}/matches/{achievement_id}/judgements"): Rule(STAFF, Scope.READ),
    ("GET", "/needs/{id}/matches/{achievement_id}/cases"): Rule(STAFF, Scope.READ),
    ("GET", "/needs/{id}/compare"): Rule(EVERYBODY, Scope.READ, searches=True),
    ("GET", "/needs/{id}/compare.xlsx"): Rule(EVERYBODY, Scope.READ, searches=True),
    # Review, duplicates, captures, rounds.
    ("GET", "/admin/review"): Rule(STAFF, Scope.RECORDS),
    ("GET", "/duplicates"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", "/duplicates/compare"): Rule(STAFF | MEMBERS, Scope.RECORDS, own=True),
    ("GET", "/captures"): Rule(STAFF, Scope.RECORDS),
    ("GET", "/rounds"): Rule(ROSTER | {Role.ENTERPRISE}, Scope.READ),
    ("GET", "/rounds/new"): Rule(STAFF, Scope.RECORDS),
    ("GET", "/rounds/{id}"): Rule(ROSTER | {Role.ENTERPRISE}, Scope.READ),
    ("GET", "/rounds/{id}/edit"): Rule(STAFF, Scope.RECORDS),
    ("GET", "/rounds/{id}/candidates"): Rule(STAFF, Scope.READ),
    # Parts of the first page, and interests.
    ("GET", "/needs/{id}/found"): Rule(STAFF | {Role.ENTERPRISE}, Scope.READ, own=True),
    ("GET", "/achievements/{id}/found"): Rule(STAFF | {Role.UNIVERSITY}, Scope.READ, own=True),
    ("GET", "/gaps"): Rule(frozenset({Role.UNIVERSITY}), Scope.READ, own=True),
    ("GET", "/interests"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    ("GET", "/interests/{id}"): Rule(STAFF | MEMBERS, Scope.CONTACTS, own=True),
    # One's own account.
    ("GET", "/account"): Rule(SIGNED_IN, Scope.ACCOUNT, own=True),
    # People and organisations.
    ("GET", "/admin/organisations"): Rule(SIGNED_IN, Scope.READ),
    ("GET", "/admin/organisations/options"): Rule(STAFF, Scope.READ),
    ("GET", "/admin/organisations/new"): Rule(STAFF, Scope.PEOPLE),
    ("GET", "/admin/organisations/{id}"): Rule(SIGNED_IN, Scope.READ),
    ("GET", "/admin/organisations/{id}/edit"): Rule(STAFF | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", "/admin/accounts"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", "/admin/accounts/new"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", "/admin/accounts/{id}"): Rule(ADMIN | MEMBERS, Scope.PEOPLE, own=True),
    ("GET", "/admin/roster"): Rule(ROSTER, Scope.READ),
    ("GET", "/admin/roster/{id}"): Rule(ROSTER, Scope.READ),
    ("GET", "/admin/roster/contacts/{id}"): Rule(STAFF, Scope.READ),
    ("GET", "/admin/codes"): Rule(SIGNED_IN, Scope.READ),
    ("GET", "/admin/audit"): Rule(ADMIN, Scope.AUDIT),
    ("GET", "/admin/audit/{number}"): Rule(ADMIN, Scope.AUDIT),
    # What follows a match.
    **{(method, path): rule for (method, path), rule in WORK_RULES.items() if not path.startswith(API)},
}
