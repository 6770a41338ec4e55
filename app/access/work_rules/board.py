"""Who may do what with the board: staff and the bureau read, administrators and the bureau set targets."""

from app.access.rule import ADMIN, API, ROSTER, Rule, Scope
from app.core.caller import Role

_PATH = f"{API}/board"
_READING = Rule(ROSTER, Scope.READ)
_SETTING = Rule(ADMIN | {Role.BUREAU}, Scope.WORK)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", _PATH): _READING,
    ("GET", f"{_PATH}/rows"): _READING,
    ("GET", f"{_PATH}/supply"): _READING,
    ("GET", f"{_PATH}/board.xlsx"): _READING,
    ("GET", f"{_PATH}/pack"): _READING,
    ("GET", f"{_PATH}/pack.docx"): _READING,
    ("GET", f"{_PATH}/targets"): _READING,
    ("POST", f"{_PATH}/targets"): _SETTING,
    ("PATCH", f"{_PATH}/targets/{{id}}"): _SETTING,
    ("DELETE", f"{_PATH}/targets/{{id}}"): _SETTING,
    ("GET", f"{_PATH}/settings"): _READING,
    ("PATCH", f"{_PATH}/settings"): _SETTING,
    ("GET", "/board"): _READING,
    ("GET", "/board/rows"): _READING,
    ("GET", "/board/pack"): _READING,
    ("GET", "/board/targets"): _SETTING,
}
