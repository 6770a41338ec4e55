"""Rules of what follows a match, a file a noun."""

from app.access.rule import Rule
from app.access.work_rules import board, cases, challenges, channels, contracts, dockings, notices, roadshows

WORK_RULES: dict[tuple[str, str], Rule] = {
    key: rule
    for noun in (dockings, notices, challenges, roadshows, contracts, board, channels, cases)
    for key, rule in noun.RULES.items()
}
