"""Who may do what with roadshows, and see their pages."""

from app.access.rule import API, MEMBERS, ROSTER, STAFF, Rule, Scope

_PATH = f"{API}/roadshows"
_READING = Rule(ROSTER | MEMBERS, Scope.READ, own=True)
_STAFF_READS = Rule(STAFF, Scope.READ)
_WRITING = Rule(STAFF, Scope.WORK)

RULES: dict[tuple[str, str], Rule] = {
    ("POST", _PATH): _WRITING,
    ("GET", _PATH): _READING,
    ("GET", f"{_PATH}/list.xlsx"): _READING,
    ("GET", f"{_PATH}/{{id}}"): _READING,
    ("PATCH", f"{_PATH}/{{id}}"): _WRITING,
    ("POST", f"{_PATH}/{{id}}/steps"): _WRITING,
    ("POST", f"{_PATH}/{{id}}/guests"): _WRITING,
    ("GET", f"{_PATH}/{{id}}/guests"): _STAFF_READS,
    ("GET", f"{_PATH}/{{id}}/guests.xlsx"): _STAFF_READS,
    ("PUT", f"{_PATH}/{{id}}/guests/{{organisation_id}}"): _WRITING,
    ("DELETE", f"{_PATH}/{{id}}/guests/{{organisation_id}}"): _WRITING,
    ("POST", f"{_PATH}/{{id}}/answer"): Rule(MEMBERS, Scope.WORK, own=True),
    ("GET", f"{_PATH}/{{id}}/agenda"): _READING,
    ("POST", f"{_PATH}/{{id}}/agenda"): _WRITING,
    ("GET", f"{_PATH}/{{id}}/pairs"): _STAFF_READS,
    ("POST", f"{_PATH}/{{id}}/meetings"): _WRITING,
    ("PATCH", f"{_PATH}/{{id}}/meetings/{{meeting_id}}"): _WRITING,
    ("DELETE", f"{_PATH}/{{id}}/meetings/{{meeting_id}}"): _WRITING,
    ("PUT", f"{_PATH}/{{id}}/meetings/{{meeting_id}}/result"): _WRITING,
    ("GET", f"{_PATH}/{{id}}/agenda.xlsx"): _READING,
    ("GET", f"{_PATH}/{{id}}/handout.docx"): _READING,
    ("GET", f"{_PATH}/{{id}}/calendar.ics"): _READING,
    # Pages.
    ("GET", "/roadshows"): _READING,
    ("GET", "/roadshows/new"): _WRITING,
    ("GET", "/roadshows/{id}"): _READING,
    ("GET", "/roadshows/{id}/edit"): _WRITING,
    ("GET", "/roadshows/{id}/handout"): _READING,
    ("GET", "/roadshows/{id}/pairs"): _STAFF_READS,
    ("GET", "/roadshows/{id}/candidates"): _STAFF_READS,
}
