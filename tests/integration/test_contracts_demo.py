"""The demo's ledger and board."""

from decimal import Decimal

import pytest

from app.contracts.repository import ContractFilter
from app.core.caller import OPERATOR
from app.targets.measures import Measure

pytestmark = pytest.mark.real_model


def test_the_board_of_the_demo_has_figures_everywhere(demo_services):
    with demo_services.database.read() as session:
        rows, _ = demo_services.contracts.page(session, OPERATOR, ContractFilter(), None, 100)
        board = demo_services.board.board(session)
    assert len(rows) == 40
    assert all(row.buyer.endswith("（示例）") and row.seller.endswith("（示例）") for row in rows)
    assert sum(row.cancelled for row in rows) == 1
    assert sum(row.current_amount_wan < row.amount_wan for row in rows) == 4
    assert board.city[Measure.ABSORBED].target == Decimal(4200)
    assert len([line for line in board.districts if line.key and line.figures[Measure.ABSORBED].target]) == 6
    assert len(board.parks) == 8
    assert sum(line.figures[Measure.ABSORBED].value for line in board.districts) == board.city[Measure.ABSORBED].value
    assert board.universities
    assert [line.name for line in board.liaisons] == ["演示情报员"]
