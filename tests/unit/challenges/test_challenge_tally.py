"""Scores put together: exact, and the same as a plain calculation."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from app.challenges.tally import fits, ranked, shown, tally, total
from app.models import ExpertKind


@st.composite
def reviews(draw):
    count = draw(st.integers(1, 6))
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    weights = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    criteria = [
        SimpleNamespace(id=str(place), weight=weight, maximum=draw(st.integers(1, 100)))
        for place, weight in enumerate(weights)
    ]
    sheet = st.fixed_dictionaries({each.id: st.integers(0, each.maximum) for each in criteria})
    ballots = draw(st.lists(st.tuples(st.sampled_from(ExpertKind), sheet), max_size=9))
    return criteria, ballots


def _naive(criteria, scores):
    """The same in decimals of 60 places, one step after the other."""
    points = Decimal(0)
    for each in criteria:
        points += Decimal(scores[each.id]) / Decimal(each.maximum) * each.weight
    return points


@given(reviews())
def test_a_tally_is_what_a_plain_calculation_comes_to(review):
    criteria, ballots = review
    found = tally(criteria, ballots)
    with localcontext() as context:
        context.prec = 60
        means = []
        for each in found.kinds:
            own = [_naive(criteria, scores) for kind, scores in ballots if kind is each.kind]
            assert each.ballots == len(own)
            assert (each.mean is None) == (not own)
            if own:
                means.append(sum(own) / len(own))
                assert abs(Decimal(each.mean.numerator) / each.mean.denominator - means[-1]) < Decimal("1e-50")
        assert (found.overall is None) == (len(means) < len(ExpertKind))
        assert {each.kind for each in found.kinds if each.mean is None} == set(found.missing)
        if found.overall is not None:
            overall = Decimal(found.overall.numerator) / found.overall.denominator
            assert abs(overall - sum(means) / 3) < Decimal("1e-50")
            assert 0 <= found.overall <= 100


@given(reviews())
def test_the_order_of_ballots_makes_no_difference(review):
    criteria, ballots = review
    assert tally(criteria, ballots) == tally(criteria, ballots[::-1])


@given(reviews())
def test_more_experts_of_a_kind_weigh_no_more(review):
    criteria, ballots = review
    assert tally(criteria, ballots).overall == tally(criteria, ballots * 3).overall


@given(st.fractions(0, 100, max_denominator=10_000))
def test_a_total_is_shown_with_halves_up(value):
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        assert shown(value) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_full_marks_are_a_hundred():
    criteria = [SimpleNamespace(id="a", weight=33, maximum=7), SimpleNamespace(id="b", weight=67, maximum=3)]
    assert total(criteria, {"a": 7, "b": 3}) == 100
    assert shown(None) is None
    assert shown(Fraction(1, 200)) == Decimal("0.01")
    assert not fits(criteria, {"a": 7})
    assert not fits(criteria, None)
    assert fits(criteria, {"a": 0, "b": 0})


@given(st.dictionaries(st.text(max_size=3), st.fractions(0, 100), max_size=8))
def test_equals_share_a_rank_and_the_next_is_below_them_all(totals):
    ranks = ranked(totals)
    order = sorted(totals.values(), reverse=True)
    assert ranks == {id: order.index(value) + 1 for id, value in totals.items()}
