"""Hard conditions as a filter inside the search: a conflict rules a record out, silence does not."""

from collections.abc import Iterable, Sequence

from app.core.caller import Caller
from app.kinds.conditions import Stated, stated
from app.kinds.industries import divisions, with_ancestors
from app.kinds.table import Record, deciding_amount, fen, hard_conditions, kind_of
from app.models import Condition
from matching.index.filters import And, Eq, Filter, In, Not, Range


def without_hard_conflicts(record: Record, caller: Caller) -> Filter:
    """Return the filter of records of the other side that no hard condition rules out.

    For a caller who may not see a record's district, its district counts as not stated.
    """
    known, amount = stated(record, caller), fen(deciding_amount(record))
    if kind_of(record).is_demand:
        conflicts = _ruled_out_by([Condition(each) for each in hard_conditions(record)], known, amount)
    else:
        conflicts = _that_rule_out(known, amount, "any_district" if caller.sees_all else "district")
    return And(tuple(Not(conflict) for conflict in conflicts))


def _ruled_out_by(hard: Sequence[Condition], asked: Stated, budget: int | None) -> Iterable[Filter]:
    """Yield, for each hard condition of a demand, the filter of offers in conflict with it."""
    level = asked[Condition.MATURITY]
    conflicts: dict[Condition, Filter | None] = {
        Condition.INDUSTRY: _other("industry", divisions(asked[Condition.INDUSTRY])),
        Condition.CHAIN: _other("chain", asked[Condition.CHAIN]),
        Condition.COOPERATION: _other("cooperation", asked[Condition.COOPERATION]),
        Condition.DISTRICT: _other("any_district", _listed(asked[Condition.DISTRICT])),
        Condition.MATURITY: None if level is None else Range("maturity", lte=level - 1),
        Condition.BUDGET: None if budget is None else Range("amount", gte=budget + 1),
    }
    for condition in hard:
        conflict = conflicts.get(condition)
        if conflict is not None:
            yield conflict


def _that_rule_out(offered: Stated, price: int | None, district: str) -> Iterable[Filter]:
    """Yield, for each condition, the filter of demands that call it hard and conflict with an offer.

    Args:
        district: the facet that tells the caller where a demand is.
    """
    level = offered[Condition.MATURITY]
    conflicts: dict[Condition, Filter | None] = {
        Condition.INDUSTRY: _other("division", with_ancestors(offered[Condition.INDUSTRY]), stated="industry"),
        Condition.CHAIN: _other("chain", offered[Condition.CHAIN]),
        Condition.COOPERATION: _other("cooperation", offered[Condition.COOPERATION]),
        Condition.DISTRICT: _other(district, _listed(offered[Condition.DISTRICT])),
        Condition.MATURITY: None if level is None else Range("maturity", gte=level + 1),
        Condition.BUDGET: None if price is None else Range("amount", lte=price - 1),
    }
    for condition, conflict in conflicts.items():
        if conflict is not None:
            yield And((Eq("hard", condition.value), conflict))


def _listed(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _other(facet: str, values: list[str], *, stated: str | None = None) -> Filter | None:
    """Return the filter of records that state the facet, but none of the values."""
    if not values:
        return None
    return And((Eq("stated", stated or facet), Not(In(facet, frozenset(values)))))
