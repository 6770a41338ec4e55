"""Who may do what with channels, and see their pages. The bureau reads figures and states, not texts or contacts."""

from app.access.rule import API, ROSTER, STAFF, Rule, Scope
from app.core.caller import Role

_READING, _WRITING, _TEXTS = Rule(ROSTER, Scope.READ), Rule(STAFF, Scope.WORK), Rule(STAFF, Scope.READ)
# Whoever posted a record may know where it went.
_OWN_NEED = Rule(STAFF | {Role.ENTERPRISE}, Scope.READ, own=True)
_OWN_ACHIEVEMENT = Rule(STAFF | {Role.UNIVERSITY}, Scope.READ, own=True)
_ONE = f"{API}/channels/{{id}}"

RULES: dict[tuple[str, str], Rule] = {
    ("POST", f"{API}/channels"): _WRITING,
    ("GET", f"{API}/channels"): _READING,
    ("GET", f"{API}/channels/templates"): _READING,
    ("GET", _ONE): _READING,
    ("PATCH", _ONE): _WRITING,
    ("POST", f"{_ONE}/preview"): _TEXTS,
    ("GET", f"{_ONE}/differences"): _READING,
    ("GET", f"{_ONE}/items"): _READING,
    ("GET", f"{_ONE}/items.xlsx"): _READING,
    ("POST", f"{_ONE}/packages"): _WRITING,
    ("GET", f"{_ONE}/packages"): _READING,
    ("GET", f"{_ONE}/packages/{{package_id}}/file"): _TEXTS,
    ("POST", f"{_ONE}/packages/{{package_id}}/deliver"): _WRITING,
    ("POST", f"{_ONE}/packages/{{package_id}}/cancel"): _WRITING,
    ("POST", f"{_ONE}/responses"): _WRITING,
    # Leads have contacts of people.
    ("GET", f"{_ONE}/leads"): Rule(STAFF, Scope.CONTACTS),
    ("POST", f"{_ONE}/leads/{{lead_id}}/handle"): _WRITING,
    ("GET", f"{API}/needs/{{id}}/publications"): _OWN_NEED,
    ("GET", f"{API}/achievements/{{id}}/publications"): _OWN_ACHIEVEMENT,
    ("GET", "/channels"): _READING,
    ("GET", "/channels/new"): _WRITING,
    ("GET", "/channels/{id}"): _READING,
    ("GET", "/channels/{id}/edit"): _WRITING,
    ("GET", "/channels/{id}/differences"): _READING,
    ("GET", "/channels/{id}/leads"): Rule(STAFF, Scope.CONTACTS),
    ("GET", "/needs/{id}/publications"): _OWN_NEED,
    ("GET", "/achievements/{id}/publications"): _OWN_ACHIEVEMENT,
}
