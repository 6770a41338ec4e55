"""The rules of challenges."""

from app.access.rule import API, EVERYBODY, MEMBERS, ROSTER, SIGNED_IN, STAFF, Rule, Scope
from app.core.caller import Role

_EXPERT = frozenset({Role.EXPERT})
_BIDDER = frozenset({Role.UNIVERSITY})
_OWNER = frozenset({Role.ENTERPRISE})
_ONE = f"{API}/challenges/{{id}}"

RULES: dict[tuple[str, str], Rule] = {
    # Who is the owner of the need, or won it, may take their own steps: see app/challenges/stages.py.
    ("POST", f"{API}/challenges"): Rule(STAFF, Scope.WORK),
    ("GET", f"{API}/challenges"): Rule(SIGNED_IN, Scope.READ),
    ("GET", f"{API}/challenges/list.xlsx"): Rule(SIGNED_IN, Scope.READ),
    ("GET", f"{API}/challenges/candidates"): Rule(STAFF, Scope.READ),
    ("GET", f"{API}/challenges/guide.docx"): Rule(SIGNED_IN, Scope.READ),
    ("GET", f"{API}/challenges/guide.xlsx"): Rule(SIGNED_IN, Scope.READ),
    ("GET", f"{API}/challenges/evaluations"): Rule(ROSTER | _OWNER, Scope.READ, own=True),
    ("GET", _ONE): Rule(SIGNED_IN, Scope.READ),
    ("PATCH", _ONE): Rule(STAFF, Scope.WORK),
    ("PUT", f"{_ONE}/criteria"): Rule(STAFF | _OWNER, Scope.WORK, own=True),
    ("POST", f"{_ONE}/steps"): Rule(STAFF | MEMBERS, Scope.WORK, own=True),
    # The experts' review.
    ("POST", f"{_ONE}/panel"): Rule(STAFF, Scope.WORK),
    ("GET", f"{_ONE}/panel"): Rule(STAFF | _EXPERT, Scope.READ),
    ("DELETE", f"{_ONE}/panel/{{panellist_id}}"): Rule(STAFF, Scope.WORK),
    ("PUT", f"{_ONE}/declaration"): Rule(_EXPERT, Scope.WORK),
    ("PUT", f"{_ONE}/ballot"): Rule(_EXPERT, Scope.WORK),
    ("GET", f"{_ONE}/ballots"): Rule(STAFF | _EXPERT, Scope.READ),
    ("GET", f"{_ONE}/ballots.xlsx"): Rule(STAFF | _EXPERT, Scope.READ),
    # Bids.
    ("POST", f"{_ONE}/bid"): Rule(_BIDDER, Scope.WORK),
    ("GET", f"{_ONE}/bid"): Rule(_BIDDER, Scope.READ, own=True),
    ("PATCH", f"{_ONE}/bid"): Rule(_BIDDER, Scope.WORK, own=True),
    ("DELETE", f"{_ONE}/bid"): Rule(_BIDDER, Scope.WORK, own=True),
    ("GET", f"{_ONE}/bids"): Rule(STAFF | _OWNER, Scope.READ, own=True),
    ("GET", f"{_ONE}/bids.xlsx"): Rule(STAFF | _OWNER, Scope.READ, own=True),
    ("PUT", f"{_ONE}/bids/{{bid_id}}/scores"): Rule(STAFF | _OWNER, Scope.WORK, own=True),
    # The project, and what is said of it afterwards.
    ("POST", f"{_ONE}/milestones"): Rule(STAFF | _OWNER, Scope.WORK, own=True),
    ("PUT", f"{_ONE}/milestones/{{milestone_id}}/done"): Rule(STAFF | MEMBERS, Scope.WORK, own=True),
    ("DELETE", f"{_ONE}/milestones/{{milestone_id}}"): Rule(STAFF | _OWNER, Scope.WORK, own=True),
    ("PUT", f"{_ONE}/evaluations"): Rule(STAFF | _OWNER, Scope.WORK, own=True),
    ("GET", f"{API}/achievements/{{id}}/evaluations"): Rule(EVERYBODY, Scope.READ),
    # Pages.
    ("GET", "/challenges"): Rule(SIGNED_IN, Scope.READ),
    ("GET", "/challenges/candidates"): Rule(STAFF, Scope.READ),
    ("GET", "/challenges/guide"): Rule(SIGNED_IN, Scope.READ),
    ("GET", "/challenges/due"): Rule(ROSTER, Scope.READ),
    ("GET", "/challenges/own"): Rule(MEMBERS, Scope.READ, own=True),
    ("GET", "/challenges/{id}"): Rule(SIGNED_IN, Scope.READ),
    ("GET", "/challenges/{id}/ballot"): Rule(_EXPERT, Scope.READ),
    ("GET", "/challenges/{id}/bid"): Rule(_BIDDER, Scope.READ),
    ("GET", "/achievements/{id}/evaluations"): Rule(EVERYBODY, Scope.READ),
}
