"""Train weights, compare them, and put them to use only where the frozen set does not suffer."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core.caller import ANYBODY, Caller
from app.core.database import release
from app.core.errors import InvalidInput
from app.judgements.repository import JudgementRepository
from app.learning.examples import FROZEN, file_examples, qrels_of, stored_examples, stored_judgements
from app.learning.quality import Quality, quality
from app.search.gateway import Gateway
from matching.learning.examples import Examples, join_examples
from matching.learning.fit import MIN_EXAMPLES, fit_weights
from matching.learning.validation import Difference, Validation, cross_validate, paired_bootstrap, validate
from matching.ranking.weights import FusionWeights, dump_weights

FOLDS = 5
# How long figures stand though records have changed.
QUALITY_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two weight sets on the frozen judgements; the difference is what b gains over a."""

    a: str
    b: str
    scores: dict[str, Validation]
    difference: Difference

    @property
    def worse(self) -> bool:
        """Whether b is worse beyond noise: even the upper end of the interval lies below zero."""
        return self.difference.high < 0


@dataclass(frozen=True, slots=True)
class Training:
    """A new weight set: what it was trained on, how it did, and whether it is used now."""

    version: str
    needs: int
    judgements: int
    cross_validation: Validation | None
    comparison: Comparison
    active: bool


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was measured: of which judgements and weights, at which change of records, and when."""

    judged: object
    sequence: int
    at: float
    quality: Quality

    def stands(self, judged: object, sequence: int, moment: float) -> bool:
        """Say whether it need not be measured again."""
        return self.judged == judged and (self.sequence == sequence or moment - self.at < QUALITY_SECONDS)


class LearningService:
    """Learns from judgements.

    Args:
        clock: seconds, for tests.
    """

    def __init__(self, gateway: Gateway, clock: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._clock = clock
        self._measuring = threading.Lock()
        # By whether it is of all judgements.
        self._measured: dict[bool, _Measured] = {}

    @cached_property
    def _frozen(self) -> Examples:
        return file_examples(self._gateway, *FROZEN)

    def train(
        self,
        session: Session,
        files: tuple[Path, Path, Path | None] | None,
        caller: Caller,
        *,
        activate: bool = True,
    ) -> Training:
        """Fit weights and calibration to stored judgements that the caller sees, and those of files.

        The new set is kept whatever it scores; it is put to use only if it is not worse than the
        present one on the frozen set beyond noise (paired bootstrap over needs).

        Args:
            session: that only reads; its connection is given back before anything is fitted.
            files: relevance file, needs, achievements; None learns from the stored judgements alone.

        Raises:
            InvalidInput: there are too few judgements, or a file cannot be read.
            Conflict: it could not be put to use, as the settings name a set.
        """
        sets = self._gateway.weight_sets
        if activate:
            sets.check_free()
        examples = self._examples(session, files, caller)
        if len(examples) < MIN_EXAMPLES:
            raise InvalidInput(
                f"可用于训练的研判只有 {len(examples)} 条，至少需要 {MIN_EXAMPLES} 条。"
                "请先研判更多匹配，或用 shuangxu judge 导入，或以 --qrels 指定判定文件。"
            )
        base = self._gateway.weights
        needs = len(set(examples.queries.tolist()))
        tested = (
            cross_validate(examples, lambda part: fit_weights(part, base, "fold"), FOLDS) if needs >= FOLDS else None
        )
        fitted = fit_weights(examples, base, "new")
        comparison = self._compare(base, fitted)
        provenance = {
            "judgements": len(examples),
            "needs": needs,
            "base": base.version,
            "date": datetime.now(UTC).date().isoformat(),
            "cross_validation": None if tested is None else _plain(tested),
            "frozen": _plain(comparison.scores[fitted.version]),
            "frozen_base": _plain(comparison.scores[base.version]),
        }
        version = sets.add(json.loads(dump_weights(fitted, provenance)))
        used = activate and not comparison.worse
        if used:
            sets.activate(version)
        return Training(version, needs, len(examples), tested, comparison, used)

    def quality(self, session: Session, caller: Caller) -> Quality:
        """Return how the ranking does by the stored judgements.

        Kept until somebody judges or the weights change; records that change move it after some minutes, so that
        nobody can keep the engine busy with it. Staff read of all, everybody else of the pairs that anybody sees.
        """
        reader = caller if caller.sees_all else ANYBODY
        judged = (*JudgementRepository(session).state(), self._gateway.weights.version)
        release(session)
        with self._measuring:
            sequence = self._gateway.catch_up()
            known = self._measured.get(reader.sees_all)
            if known is None or not known.stands(judged, sequence, self._clock()):
                found = quality(session, self._gateway, reader)
                known = self._measured[reader.sees_all] = _Measured(judged, sequence, self._clock(), found)
        return known.quality

    def compare(self, a: str, b: str) -> Comparison:
        """Measure two weight sets on the frozen judgements. Raises NotFound, SetupError."""
        sets = self._gateway.weight_sets
        return self._compare(sets.load(a), sets.load(b))

    def _examples(self, session: Session, files: tuple[Path, Path, Path | None] | None, caller: Caller) -> Examples:
        parts = [] if files is None else [file_examples(self._gateway, *files)]
        qrels = qrels_of(stored_judgements(session, caller, frozen=False))
        if qrels:
            parts.append(stored_examples(session, self._gateway, qrels, caller)[0])
        release(session)
        if not parts:
            raise InvalidInput(
                "还没有研判可供训练。请先研判匹配，或用 shuangxu judge 导入，或以 --qrels 指定判定文件。"
            )
        return join_examples(parts)

    def _compare(self, a: FusionWeights, b: FusionWeights) -> Comparison:
        first, second = validate(self._frozen, a), validate(self._frozen, b)
        difference = paired_bootstrap(first.ndcg_by_query, second.ndcg_by_query)
        return Comparison(a.version, b.version, {a.version: first, b.version: second}, difference)


def _plain(scores: Validation) -> dict[str, Any]:
    return {
        "ndcg_at_10": round(scores.ndcg_at_10, 4),
        "grade_score": round(scores.grade_score, 4),
        "ece": round(scores.ece, 4),
    }
