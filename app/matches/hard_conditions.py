"""Hard conditions as a filter inside the search: a conflict rules a record out, silence does not."""

from collections.abc import Iterable

from app.core.caller import Caller
from app.kinds.industries import divisions, with_ancestors
from app.kinds.table import Record, fen, kind_of
from app.kinds.visibility import shows_owner
from app.models import Achievement, Condition, Need
from matching.index.filters import And, Eq, Filter, In, Not, Range


def without_hard_conflicts(record: Record, caller: Caller) -> Filter:
    """Return the filter of records of the other kind that no hard condition rules out.

    For a caller who may not see a need's district, its district counts as not stated.
    """
    if isinstance(record, Need):
        conflicts = _ruled_out_by(record, shows_owner(record, kind_of(record), caller))
    else:
        conflicts = _needs_that_rule_out(record, "any_district" if caller.sees_all else "district")
    return And(tuple(Not(conflict) for conflict in conflicts))


def _ruled_out_by(need: Need, named: bool) -> Iterable[Filter]:
    """Yield, for each hard condition of a need, the filter of achievements in conflict with it."""
    district = [need.district] if named and need.district is not None else []
    asked: dict[Condition, Filter | None] = {
        Condition.INDUSTRY: _other("industry", divisions(need.industries)),
        Condition.CHAIN: _other("chain", need.chains),
        Condition.COOPERATION: _other("cooperation", need.cooperation_modes),
        Condition.DISTRICT: _other("any_district", district),
        Condition.MATURITY: None if need.min_maturity is None else Range("maturity", lte=need.min_maturity - 1),
        Condition.BUDGET: None if (budget := fen(need.budget_max_wan)) is None else Range("amount", gte=budget + 1),
    }
    for condition in need.hard_conditions:
        conflict = asked.get(Condition(condition))
        if conflict is not None:
            yield conflict


def _needs_that_rule_out(achievement: Achievement, district: str) -> Iterable[Filter]:
    """Yield, for each condition, the filter of needs that call it hard and conflict with it."""
    offered: dict[Condition, Filter | None] = {
        Condition.INDUSTRY: _other("division", with_ancestors(achievement.industries), stated="industry"),
        Condition.CHAIN: _other("chain", achievement.chains),
        Condition.COOPERATION: _other("cooperation", achievement.cooperation_modes),
        Condition.DISTRICT: _other(district, [achievement.district] if achievement.district is not None else []),
        Condition.MATURITY: (None if achievement.maturity is None else Range("maturity", gte=achievement.maturity + 1)),
        Condition.BUDGET: (
            None if (price := fen(achievement.price_min_wan)) is None else Range("amount", lte=price - 1)
        ),
    }
    for condition, conflict in offered.items():
        if conflict is not None:
            yield And((Eq("hard", condition.value), conflict))


def _other(facet: str, values: list[str], *, stated: str | None = None) -> Filter | None:
    """Return the filter of records that state the facet, but none of the values."""
    if not values:
        return None
    return And((Eq("stated", stated or facet), Not(In(facet, frozenset(values)))))
