"""From a contract back to its docking: a signed contract means that the docking has reached 签约.

The one place that knows how a docking is moved on. A docking keeps its own rules, so nothing is
written here: the contract's page leads to the docking's, where the step is taken.
"""

from app.models import Docking, DockingStage

_BEFORE = frozenset(
    {
        DockingStage.RECOMMENDED, DockingStage.CONTACTED, DockingStage.INTERESTED, DockingStage.NEGOTIATING,
        DockingStage.PILOT,
    }
)  # fmt: skip
# Where a person takes the step.
DOCKING_PAGE = "/dockings/{id}"


def is_behind(docking: Docking) -> bool:
    """Say whether a docking with a contract is still before 签约."""
    return docking.stage in _BEFORE
