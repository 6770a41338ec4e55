"""Who may do what with contracts, and see their pages: staff write, the bureau reads, sides read their own."""

from app.access.rule import API, MEMBERS, ROSTER, STAFF, Rule, Scope

_PATH = f"{API}/contracts"
_READING = Rule(ROSTER | MEMBERS, Scope.READ, own=True)
_WRITING = Rule(STAFF, Scope.WORK)
_LOOKING = Rule(STAFF, Scope.READ)

RULES: dict[tuple[str, str], Rule] = {
    ("POST", _PATH): _WRITING,
    ("GET", _PATH): _READING,
    ("GET", f"{_PATH}/list.xlsx"): _READING,
    ("POST", f"{_PATH}/imports"): _WRITING,
    ("GET", f"{_PATH}/imports"): _LOOKING,
    ("GET", f"{_PATH}/imports/{{id}}"): _LOOKING,
    ("GET", f"{_PATH}/imports/{{id}}/rows"): _LOOKING,
    ("GET", f"{_PATH}/imports/{{id}}/report.xlsx"): _LOOKING,
    ("POST", f"{_PATH}/imports/{{id}}/take"): _WRITING,
    ("DELETE", f"{_PATH}/imports/{{id}}"): _WRITING,
    ("GET", f"{_PATH}/{{id}}"): _READING,
    ("PATCH", f"{_PATH}/{{id}}"): _WRITING,
    ("POST", f"{_PATH}/{{id}}/adjustments"): _WRITING,
    ("GET", "/contracts"): _READING,
    ("GET", "/contracts/new"): _WRITING,
    ("GET", "/contracts/import"): _WRITING,
    ("GET", "/contracts/import/{id}"): _WRITING,
    ("GET", "/contracts/{id}"): _READING,
    ("GET", "/contracts/{id}/edit"): _WRITING,
}
