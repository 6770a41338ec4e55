"""Every figure of the board, over random ledgers: equal to a naive count, and to the sum of the rows behind it."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import delete

from app.board.activity.repository import Activity
from app.board.drilling import rows_behind
from app.board.repository import Subset
from app.board.service import BoardService
from app.core.caller import OPERATOR
from app.models import (
    Account,
    AdjustmentKind,
    Contract,
    ContractAdjustment,
    ContractChain,
    ContractKind,
    Organisation,
    OrganisationKind,
    Target,
    TargetSettings,
)
from app.targets.measures import MEASURES, Measure, Party
from app.targets.years import Year
from tests.trials import size

PLACES = {"矿南区": ("装备园", "新区"), "青石县": ("石材园", "新区"), "望山区": ()}
LINES = "\n".join(f"{county}：{'、'.join(parks)}" for county, parks in PLACES.items())
CHAINS = ("新材料", "先进制造", "生物医药")
LEDGERS = {"sqlite": size(25, 400), "postgresql": size(5, 50)}
NUMBERS = count(1)


@dataclass
class Ledger:
    """A ledger as plain values: contracts with what was adjusted."""

    first_month: int
    contracts: list[dict] = field(default_factory=list)


def _side(pick, local):
    if not local:
        return (pick.choice(["省城", "外省", None]), None)
    county = pick.choice([*PLACES, None])
    park = pick.choice([None, *PLACES[county]]) if county else None
    return (county, park)


def _money(pick):
    return Decimal(pick.randrange(1, 10 ** pick.randrange(2, 12))).scaleb(-6)


def _day(pick):
    return date(2024, 1, 1) + timedelta(days=pick.randrange(0, 1000))


def _ledger(seed, liaisons, universities):
    pick = random.Random(seed)
    made = Ledger(pick.choice([1, 1, 4, 7, 12]))
    for _ in range(pick.randrange(0, 25)):
        buyer_local, seller_local = pick.choice([(True, True), (True, False), (False, True)])
        amount = _money(pick)
        technology = (amount * pick.randrange(0, 101) / 100).quantize(Decimal("1e-6"))
        on = _day(pick)
        one = {
            "amount": amount, "technology": technology, "on": on, "buyer_local": buyer_local,
            "seller_local": seller_local, "buyer": _side(pick, buyer_local), "seller": _side(pick, seller_local),
            "kind": pick.choice(list(ContractKind)).value, "chains": pick.sample(CHAINS, pick.randrange(0, 3)),
            "horizontal": pick.random() < 0.4, "liaison": pick.choice([None, *liaisons]),
            "university": pick.choice([None, *universities]), "changes": [],
        }  # fmt: skip
        for _ in range(pick.choice([0, 0, 1, 1, 3])):
            left = amount + sum(each[1] for each in one["changes"])
            left_technology = technology + sum(each[2] for each in one["changes"])
            then = max([on, *(each[0] for each in one["changes"])]) + timedelta(days=pick.randrange(0, 500))
            kind = pick.choice(list(AdjustmentKind))
            if kind is AdjustmentKind.CANCELLATION:
                one["changes"].append((then, -left, -left_technology, kind))
                break
            share = Decimal(pick.randrange(0, 100)) / 100
            sign = -1 if kind is AdjustmentKind.REFUND else pick.choice([-1, 1])
            step = (sign * share * left).quantize(Decimal("1e-6"))
            one["changes"].append((then, step, (sign * share * left_technology).quantize(Decimal("1e-6")), kind))
        made.contracts.append(one)
    return made


def _store(session, ledger):
    for model in (ContractAdjustment, ContractChain, Contract, TargetSettings, Target):
        session.execute(delete(model))
    session.add(TargetSettings(id=1, first_month=ledger.first_month, city="云澜市", places=LINES))
    session.add(Target(year=2025, measure="absorbed", scope="city", amount=Decimal(800)))
    for at, one in enumerate(ledger.contracts):
        row = Contract(
            registration_number=f"S{next(NUMBERS)}", title=f"合同{at}", kind=one["kind"], amount_wan=one["amount"],
            technology_amount_wan=one["technology"], signed_on=one["on"], registered_on=one["on"], buyer="甲",
            seller="乙", buyer_local=one["buyer_local"], seller_local=one["seller_local"],
            buyer_district=one["buyer"][0], buyer_park=one["buyer"][1], seller_district=one["seller"][0],
            seller_park=one["seller"][1], horizontal=one["horizontal"], liaison_id=one["liaison"],
            seller_id=one["university"],
        )  # fmt: skip
        row.chain_rows = [ContractChain(chain=chain) for chain in one["chains"]]
        session.add(row)
        session.flush()
        one["id"] = row.id
        for then, amount, technology, kind in one["changes"]:
            made = ContractAdjustment(contract_id=row.id, kind=kind.value, amount_wan=amount, effective_on=then)
            made.technology_amount_wan, made.reason, made.created_by_name = technology, "示例", "x"
            session.add(made)


def _counts(measure, one):
    if measure in {Measure.OUTSIDE_ITEMS, Measure.OUTSIDE_ITEMS_TOTAL}:
        return one["buyer_local"] and not one["seller_local"]
    if measure is Measure.LANDED:
        return one["buyer_local"] and one["seller_local"]
    if measure is Measure.HORIZONTAL:
        return one["seller_local"] and one["horizontal"]
    if measure in {Measure.ABSORBED, Measure.ABSORBED_TECHNOLOGY}:
        return one["buyer_local"]
    if measure in {Measure.OUTPUT, Measure.OUTPUT_TECHNOLOGY}:
        return one["seller_local"]
    return True


def _added(measure, one, start, until):
    """Return what a contract adds to a measure between two days, entry by entry."""
    entries = [(one["on"], one["amount"], one["technology"], 1)]
    entries += [
        (then, amount, technology, -1 if kind is AdjustmentKind.CANCELLATION else 0)
        for then, amount, technology, kind in one["changes"]
    ]
    if measure is Measure.OUTSIDE_ITEMS_TOTAL:
        start = date.min
    at = {"amount": 1, "technology": 2, "items": 3}[MEASURES[measure].value.value]
    return sum((Decimal(entry[at]) for entry in entries if start <= entry[0] <= until), Decimal(0))


def _all_of_them(one):
    return True


def _naive(ledger, measure, start, until, chosen=_all_of_them):
    return sum(
        (_added(measure, one, start, until) for one in ledger.contracts if _counts(measure, one) and chosen(one)),
        Decimal(0),
    )


def _at(measure, district, park=None):
    side = "seller" if MEASURES[measure].party is Party.SELLER else "buyer"
    return lambda one: (one[side][0] or "") == district and (park is None or one[side][1] == park)


def _all_rows(session, period, figure, subset):
    found, start = [], 0
    while True:
        part = rows_behind(session, OPERATOR, period, figure, subset, start, 3)
        found += part.items
        if part.next_cursor is None:
            return found, part.total
        start = int(part.next_cursor)


def _check(figure, ledger, span, measure, chosen):
    assert figure.value == _naive(ledger, measure, span.now.start, span.now.until, chosen), measure
    assert figure.before == _naive(ledger, measure, span.before.start, span.before.until, chosen), measure


def _check_rows(session, ledger, span, measure, subset, chosen, figure):
    rows, total = _all_rows(session, span.now, measure, subset)
    assert total == sum((row.value for row in rows), Decimal(0)) == figure.value, (measure, subset)
    adding = [
        one["id"] for one in ledger.contracts
        if _counts(measure, one) and chosen(one) and _added(measure, one, span.now.start, span.now.until)
    ]  # fmt: skip
    assert sorted(row.id for row in rows) == sorted(adding)


def _everything(board):
    """Return (measure, figure, subset, who is counted) of every figure of a board."""
    found = [(measure, figure, Subset(), _all_of_them) for measure, figure in board.city.items()]
    for line in board.districts:
        found += [(m, figure, Subset(district=line.key), _at(m, line.key)) for m, figure in line.figures.items()]
    for line in board.parks:
        subset = Subset(district=line.district, park=line.park)
        found += [(m, figure, subset, _at(m, line.district, line.park)) for m, figure in line.figures.items()]
    lines = {"kind": board.kinds, "university": board.universities, "liaison": board.liaisons, "chain": board.chains}
    for name, those in lines.items():
        for line in those:
            chosen = _in_chain(line.key) if name == "chain" else _with(name, line.key)
            found += [(m, figure, Subset(**{name: line.key}), chosen) for m, figure in line.figures.items()]
    return found


def _with(name, key):
    return lambda one: one[name] == key


def _in_chain(key):
    return lambda one: key in one["chains"] or (key == "" and not one["chains"])


def _check_board(session, ledger, year, until, pick, few):
    service = BoardService()
    board, span = service.board(session, year, until), service.span(session, year, until)
    own = Year(year, ledger.first_month)
    assert (span.now.start, span.before.start) == (own.start, own.before.start)
    figures = _everything(board)
    for measure, figure, _, chosen in figures:
        _check(figure, ledger, span, measure, chosen)
    for measure, figure, subset, chosen in figures if few is None else pick.sample(figures, few):
        _check_rows(session, ledger, span, measure, subset, chosen, figure)
    assert {line.key for line in board.districts} >= set(PLACES)
    for measure, figure in board.city.items():
        lines = board.kinds if MEASURES[measure].party is None else board.districts
        assert sum(line.figures[measure].value for line in lines) == figure.value
    if year == 2025:
        assert board.city[Measure.ABSORBED].done == float(board.city[Measure.ABSORBED].value / 800)
    _check_shares(ledger, board, span)


def _check_shares(ledger, board, span):
    output = _naive(ledger, Measure.OUTPUT, span.now.start, span.now.until)
    landed = _naive(ledger, Measure.LANDED, span.now.start, span.now.until)
    assert board.landed_share == (float(landed / output) if output > 0 else None)
    assert {line.key for line in board.liaisons} == {
        one["liaison"] for one in ledger.contracts if one["liaison"] and _moves(one, span)
    }
    assert all(line.activities[each] == 0 for line in board.liaisons for each in Activity)


def _moves(one, span):
    return any(span.now.start <= day <= span.now.until for day in (one["on"], *(each[0] for each in one["changes"])))


@pytest.fixture
def people(database):
    """Liaisons and universities; one organisation that sells is none."""
    with database.write() as session:
        accounts = [Account(email=f"l{at}@example.cn", name=f"情报员{at}", role="liaison") for at in range(3)]
        kinds = (OrganisationKind.UNIVERSITY, OrganisationKind.UNIVERSITY)
        owners = [Organisation(name=f"云澜{at}大学（示例）", kind=kind) for at, kind in enumerate(kinds)]
        session.add_all([*accounts, *owners])
        session.flush()
        return [each.id for each in accounts], [each.id for each in owners]


def test_figures_equal_a_naive_count_and_their_rows(database, people):
    for seed in range(LEDGERS["sqlite" if database.is_sqlite else "postgresql"]):
        ledger = _ledger(seed, *people)
        with database.write() as session:
            _store(session, ledger)
        pick = random.Random(-seed - 1)
        # A whole year that is over, or a year up to a day within it.
        year = pick.choice([2024, 2025])
        until = Year(year, ledger.first_month).start + timedelta(days=pick.choice([1000, pick.randrange(0, 365)]))
        with database.read() as session:
            _check_board(session, ledger, year, until, pick, None if seed < 3 else 6)


def test_years_add_up_to_what_contracts_are_worth(database, people):
    """What the years report, taken together, is what everything is worth in the end."""
    for seed in range(10):
        ledger = _ledger(1000 + seed, *people)
        with database.write() as session:
            _store(session, ledger)
        worth = sum((one["amount"] + sum(each[1] for each in one["changes"]) for one in ledger.contracts), Decimal(0))
        with database.read() as session:
            boards = [BoardService().board(session, year, date(2040, 1, 1)) for year in range(2022, 2030)]
        assert sum((board.city[Measure.AMOUNT].value for board in boards), Decimal(0)) == worth
