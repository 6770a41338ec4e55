"""Trials that run small in the checks and large in `make campaign`, and the figures that they report.

A test that is marked `trial` takes its size from `size`; one that is marked `heavy` runs in the campaign alone.
`SHUANGXU_CAMPAIGN` says that this is the campaign, and how many times its usual sizes it takes: 1 is usual.
"""

import os

SCALE = float(os.environ.get("SHUANGXU_CAMPAIGN", "0"))
CAMPAIGN = SCALE > 0


def size(checks: int, campaign: int) -> int:
    """Return how often a trial tries: in the checks, or in the campaign."""
    return max(1, round(campaign * SCALE)) if CAMPAIGN else checks
