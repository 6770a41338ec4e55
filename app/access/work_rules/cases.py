"""Who may do what with cases, and see their pages."""

from app.access.rule import API, EVERYBODY, MEMBERS, STAFF, Rule, Scope

_PATH = f"{API}/cases"
_READING = Rule(EVERYBODY, Scope.READ)
_WRITING = Rule(STAFF, Scope.WORK)
_CONSENTING = Rule(STAFF | MEMBERS, Scope.WORK, own=True)

RULES: dict[tuple[str, str], Rule] = {
    ("POST", _PATH): _WRITING,
    ("GET", _PATH): _READING,
    ("GET", f"{_PATH}/list.xlsx"): _READING,
    ("GET", f"{_PATH}/candidates"): Rule(STAFF, Scope.READ),
    ("POST", f"{_PATH}/check"): _WRITING,
    ("GET", f"{_PATH}/{{id}}"): _READING,
    ("PATCH", f"{_PATH}/{{id}}"): _WRITING,
    ("POST", f"{_PATH}/{{id}}/steps"): _WRITING,
    ("POST", f"{_PATH}/{{id}}/consents"): _CONSENTING,
    ("POST", f"{_PATH}/{{id}}/consents/end"): _CONSENTING,
    ("GET", f"{_PATH}/{{id}}/document.docx"): _READING,
    # Pages.
    ("GET", "/cases"): _READING,
    ("GET", "/cases/new"): _WRITING,
    ("GET", "/cases/{id}"): _READING,
    ("GET", "/cases/{id}/edit"): _WRITING,
}
