"""Which clauses of a comparison are shown where there is no room for all."""

from app.matches.schemas import ClauseOut, ComparedOut, IndicatorOut
from app.matches.telling_clauses import most_telling

NUMBER = IndicatorOut(
    quantity="抗压强度", direction="at_least", low=80, high=None, unit="MPa", relative=False, sentence="抗压强度≥80 MPa"
)


def clause(text, verdict="met", similarity=0.5, offered=False, asked=False):
    compared = [ComparedOut(verdict=verdict, asked=NUMBER, offered=NUMBER if offered else None)] if asked else []
    return ClauseOut(
        text=text, kind="goal", verdict=verdict, evidence=None, nearest=None, similarity=similarity,
        indicators=compared,
    )  # fmt: skip


def test_compared_numbers_come_before_the_surest_in_the_order_of_the_need():
    told = most_telling([
        clause("甲", similarity=0.6),
        clause("乙", similarity=0.9),
        clause("丙", "not_mentioned", similarity=0.99),
        clause("丁", "not_met", similarity=0.1, asked=True, offered=True),
        clause("戊", similarity=0.7, asked=True),
    ])  # fmt: skip
    assert [each.text for each in told.clauses] == ["乙", "丁", "戊"]
    assert told.rest == "另有 1 条满足、1 条未提及"


def test_what_is_left_is_said_by_verdict_and_nothing_where_nothing_is():
    assert most_telling([clause("甲")]).rest == ""
    assert most_telling([]).rest == ""
    assert most_telling([clause(each, "not_mentioned") for each in "甲乙"]).rest == "2 条未提及"
    assert most_telling([clause(each, "not_met") for each in "甲乙丙丁"]).rest == "另有 1 条不满足"
    assert [each.text for each in most_telling([clause("甲")] * 5).clauses] == ["甲"] * 3
