"""Who may do what with dockings, and see their pages.

Members read the dockings of their own records and write to them; only staff move them. The bureau reads the list
and figures, without what members and liaisons write.
"""

from app.access.rule import API, MEMBERS, ROSTER, STAFF, Rule, Scope

_PATH = f"{API}/dockings"
_READING = Rule(ROSTER | MEMBERS, Scope.READ, own=True)
_TAKING_PART = Rule(STAFF | MEMBERS, Scope.READ, own=True)
_WRITING = Rule(STAFF | MEMBERS, Scope.WORK, own=True)
_MOVING = Rule(STAFF, Scope.WORK)

RULES: dict[tuple[str, str], Rule] = {
    ("POST", _PATH): _MOVING,
    ("GET", _PATH): _READING,
    ("GET", f"{_PATH}/list.xlsx"): _READING,
    ("GET", f"{_PATH}/figures"): _READING,
    ("GET", f"{_PATH}/{{id}}"): _READING,
    ("PATCH", f"{_PATH}/{{id}}"): _MOVING,
    ("POST", f"{_PATH}/{{id}}/steps"): _MOVING,
    ("POST", f"{_PATH}/{{id}}/close"): _MOVING,
    ("POST", f"{_PATH}/{{id}}/reopen"): _MOVING,
    ("PUT", f"{_PATH}/{{id}}/block"): _MOVING,
    ("DELETE", f"{_PATH}/{{id}}/block"): _MOVING,
    ("GET", f"{_PATH}/{{id}}/history"): _READING,
    ("GET", f"{_PATH}/{{id}}/entries"): _TAKING_PART,
    ("POST", f"{_PATH}/{{id}}/entries"): _WRITING,
    ("DELETE", f"{_PATH}/{{id}}/entries/{{entry_id}}"): _WRITING,
    ("GET", f"{_PATH}/{{id}}/files"): _TAKING_PART,
    ("POST", f"{_PATH}/{{id}}/files"): _WRITING,
    ("GET", f"{_PATH}/{{id}}/files/{{file_id}}"): _TAKING_PART,
    ("DELETE", f"{_PATH}/{{id}}/files/{{file_id}}"): _WRITING,
    ("GET", "/dockings"): _READING,
    ("GET", "/dockings/{id}"): _READING,
}
