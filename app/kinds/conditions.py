"""What records state of the conditions that a demand may call hard, as far as somebody may know it.

Values are those of the domain: codes, words, a level, exact amounts, a day. What the caller may not see counts
as not stated, and so can be read off no comparison.
"""

from collections.abc import Mapping
from typing import Any

from app.core.caller import Caller
from app.kinds.table import Record, kind_of
from app.kinds.visibility import hidden_columns
from app.models import Condition

Stated = Mapping[Condition, Any]

# Of what every kind has; maturity and amounts stand in columns of their own in each.
_COLUMNS = {
    Condition.INDUSTRY: "industries",
    Condition.CHAIN: "chains",
    Condition.DISTRICT: "district",
    Condition.COOPERATION: "cooperation_modes",
    Condition.VALIDITY: "valid_until",
}


def stated(record: Record, caller: Caller) -> Stated:
    """Return what a record asks, or offers, of each condition; None or empty where it does not say it to the caller.

    Of the budget both ends of the amount in 万元, None for one that is open.
    """
    kind, hidden = kind_of(record), hidden_columns(record, caller)
    values = {
        condition: None if column in hidden else getattr(record, column) for condition, column in _COLUMNS.items()
    }
    return {**values, Condition.MATURITY: kind.maturity_of(record), Condition.BUDGET: kind.amounts_of(record)}
