"""Who may do what with notices, and see their pages."""

from app.access.rule import API, SIGNED_IN, Rule, Scope

_READING = Rule(SIGNED_IN, Scope.READ, own=True)
_OWN = Rule(SIGNED_IN, Scope.ACCOUNT, own=True)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", f"{API}/notices"): _READING,
    ("GET", f"{API}/notices/unseen"): _READING,
    ("GET", f"{API}/notices/list.xlsx"): _READING,
    ("GET", f"{API}/notices/deliveries"): _READING,
    ("PUT", f"{API}/notices/seen"): _OWN,
    ("PUT", f"{API}/notices/unseen"): _OWN,
    ("PUT", f"{API}/notices/{{id}}/seen"): _OWN,
    # Where notices go, and with which secret: the account's own affair, and no program's that only works.
    ("POST", f"{API}/notices/webhook"): _OWN,
    ("GET", f"{API}/notice-preferences"): _OWN,
    ("PUT", f"{API}/notice-preferences"): _OWN,
    ("GET", "/notices"): _READING,
    ("GET", "/notices/preferences"): _OWN,
}
