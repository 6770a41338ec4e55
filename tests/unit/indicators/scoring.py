"""Score the reader and the verdicts over files of hand-written cases.

python -m tests.unit.indicators.scoring FILE [--misses]
python -m tests.unit.indicators.scoring --verdicts FILE [--misses]
"""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matching.indicators.compare import compare
from matching.indicators.reader import read_indicators
from matching.indicators.types import Indicator
from matching.indicators.units import measure

Case = Mapping[str, Any]


def load(path: Path) -> list[Case]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def score(cases: Sequence[Case]) -> tuple[float, float, list[str]]:
    """Return precision and recall over all indicators, and a line for each that is wrong or missing."""
    right = found = wanted = 0
    misses: list[str] = []
    for case in cases:
        left = list(read_indicators(case["text"]))
        found += len(left)
        for asked in case["indicators"]:
            wanted += 1
            match = next((one for one in left if _agrees(one, asked)), None)
            if match is None:
                misses.append(f"{case.get('id')} missing {asked} in {case['text']}")
            else:
                left.remove(match)
                right += 1
        misses.extend(f"{case.get('id')} wrong {_short(one)} in {case['text']}" for one in left)
    return right / found if found else 1.0, right / wanted if wanted else 1.0, misses


def score_verdicts(cases: Sequence[Case]) -> tuple[float, list[str]]:
    """Return the share of right verdicts, and a line for each wrong one."""
    wrong = []
    for case in cases:
        asked = read_indicators(case["asked"])
        result = compare(asked[0], read_indicators(case["offered"])) if asked else None
        if result is None or result.verdict != case["verdict"]:
            wrong.append(f"{case.get('id')} {result and result.verdict} for {case}")
    return 1 - len(wrong) / max(len(cases), 1), wrong


def _agrees(one: Indicator, asked: Case) -> bool:
    return (
        one.direction == asked["direction"]
        and _same_value(one.low, one.unit, asked.get("low"), asked.get("unit") or "")
        and _same_value(one.high, one.unit, asked.get("high"), asked.get("unit") or "")
        and _same_name(one.quantity, asked.get("quantity") or "")
        and one.relative == bool(asked.get("relative"))
        and ("baseline" not in asked or one.baseline == asked["baseline"])
    )


def _same_value(value: float | None, unit: str, asked: float | None, asked_unit: str) -> bool:
    if value is None or asked is None:
        return value is None and asked is None
    one, other = measure(unit), measure(asked_unit)
    if one.dimension != other.dimension:
        return False
    return math.isclose(
        value * one.factor + one.offset, asked * other.factor + other.offset, rel_tol=1e-9, abs_tol=1e-12
    )


def _same_name(name: str, asked: str) -> bool:
    """One holds the other; a name that is missing on one side agrees with nothing but another missing one."""
    name, asked = name.replace(" ", ""), asked.replace(" ", "")
    return name == asked or bool(name and asked and (name in asked or asked in name))


def _short(one: Indicator) -> str:
    values = f"{one.low}..{one.high} {one.unit} from {one.baseline}"
    return f"[{one.quantity}] {one.direction} {values} {one.relative=} {one.change}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--verdicts", action="store_true")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    cases = load(options.file)
    if options.verdicts:
        accuracy, misses = score_verdicts(cases)
        lines = [f"cases {len(cases)}", f"accuracy {accuracy:.4f}"]
        sys.stdout.write("\n".join([*lines, *(misses if options.misses else ())]) + "\n")
        return
    precision, recall, misses = score(cases)
    lines = [f"cases {len(cases)}", f"precision {precision:.4f}", f"recall {recall:.4f}"]
    sys.stdout.write("\n".join([*lines, *(misses if options.misses else ())]) + "\n")


if __name__ == "__main__":
    main()
