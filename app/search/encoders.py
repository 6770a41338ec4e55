"""Load the embedding model that the settings name, or the one that the database says is in use."""

import json
import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.core.errors import ModelMissing
from app.core.settings import SEED_DIR, Settings
from app.models import EmbeddingModel
from matching.clauses.background import ClauseBackground, measure_background
from matching.clauses.document import document_sentences
from matching.embedding.encoder import Encoder, SentenceTransformerEncoder
from matching.embedding.offline_model import build_offline_model
from matching.embedding.scale import CosineScale, measure_scale
from matching.errors import ModelFormatError, ModelUnavailable
from matching.ranking.reranking import CrossEncoderReranker, Reranker
from matching.text.analysis import TEXT_RULES, encodable_texts
from matching.types import Document

OFFLINE = ""
# Returns the encoder that a source names; tests that need no meaning give one without a model.
EncoderLoader = Callable[[Settings, str], Encoder]
_LOADING = threading.Lock()
# After which a re-ranker that could not be loaded is tried again.
RERANKER_SECONDS = 60
# Of each third reference record the first sentences: 240 texts, 3 s to encode. With all 1,800 the
# mean and the deviation of the cosines stay the same to two places.
_EVERY = 3
_SENTENCES = 4


def model_source(settings: Settings) -> str:
    """Return what names the configured model in the database; `OFFLINE` for the built-in one."""
    if settings.model is None:
        return OFFLINE
    folder = Path(settings.model)
    return str(folder.resolve()) if folder.is_dir() else settings.model


def load_encoder(settings: Settings, source: str) -> Encoder:
    """Load a model; the offline one is unpacked first if it is not there yet.

    Raises:
        ModelMissing: it cannot be loaded; the detail says what to do.
    """
    try:
        name = str(build_offline_model(settings.offline_model_dir).resolve()) if source == OFFLINE else source
        with _LOADING:  # transformers sets the default type of torch while it loads
            return _load(name, settings.query_prompt, settings.document_prompt, bfloat16=settings.bfloat16)
    except (ModelUnavailable, ModelFormatError) as error:
        raise ModelMissing(
            f"语义模型“{source or '内置模型'}”无法加载：{error}。"
            "请检查 SHUANGXU_MODEL 是否为本机上的 Sentence-Transformers 模型目录，或删除该设置改用内置模型。"
        ) from error


@cache
def _load(
    name: str, query_prompt: str | None, document_prompt: str | None, *, bfloat16: bool | None
) -> SentenceTransformerEncoder:
    """Load a model once a process: reading the weights takes a second."""
    return SentenceTransformerEncoder(
        name, query_prompt=query_prompt, document_prompt=document_prompt, bfloat16=bfloat16
    )


class RerankerLoader:
    """Loads the re-ranking model once a process; one that could not be loaded is not tried again at every search.

    Args:
        clock: seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._loaded: dict[str, Reranker] = {}
        self._failed: dict[str, tuple[float, str]] = {}

    def __call__(self, name: str) -> Reranker:
        """Return the model of a name. Raises ModelMissing."""
        if name not in self._loaded:
            with _LOADING:
                self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> None:
        tried_at, reason = self._failed.get(name, (-math.inf, ""))
        if self._clock() - tried_at >= RERANKER_SECONDS and name not in self._loaded:
            try:
                self._loaded[name] = CrossEncoderReranker(name)
                return
            except ModelUnavailable as error:
                reason = str(error)
                self._failed[name] = self._clock(), reason
        if name not in self._loaded:
            raise ModelMissing(
                f"重排模型“{name}”无法加载：{reason}。"
                "请检查 SHUANGXU_RERANKER 是否为本机上的 CrossEncoder 模型目录，或删除该设置。"
            )


load_reranker = RerankerLoader()


def reference_scale(settings: Settings, encoder: Encoder) -> CosineScale:
    """Return a model's cosine scale, measured on the titles and texts of the seed data.

    Measuring takes seconds, so the scale is kept in a file beside the models.
    """
    kept = settings.scale_dir / f"{encoder.model_id}-{TEXT_RULES}.json"
    return _scale(_kept(kept, lambda: asdict(_measure(encoder))))


def reference_background(settings: Settings, encoder: Encoder) -> ClauseBackground:
    """Return how alike unrelated sentences are for a model, measured on the seed data; kept as the scale is."""
    kept = settings.scale_dir / f"{encoder.model_id}-pieces.json"
    return _background(_kept(kept, lambda: _plain(_measure_pieces(encoder))))


def _measure_pieces(encoder: Encoder) -> ClauseBackground:
    texts = [
        [sentence.encoded for sentence in document_sentences(row["title"], row["summary"])][:_SENTENCES]
        for row in _reference_rows()[::_EVERY]
    ]
    return measure_background(encoder, texts)


def _measure(encoder: Encoder) -> CosineScale:
    texts = [encodable_texts(Document("", row["title"], row["summary"])) for row in _reference_rows()]
    return measure_scale(encoder, [each.title for each in texts], [each.passages[0] for each in texts])


def _reference_rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SEED_DIR / "achievements.jsonl").read_text("utf-8").splitlines()]


def _kept(file: Path, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what the file holds; where there is none, measure and keep it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{secrets.token_hex(4)}")
        aside.write_text(json.dumps(measure()), "utf-8")
        aside.replace(file)
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


def describe(settings: Settings, encoder: Encoder, source: str) -> EmbeddingModel:
    """Return the row of a model that is used for the first time, or with other texts than before."""
    scale = {
        **asdict(reference_scale(settings, encoder)),
        "pieces": _plain(reference_background(settings, encoder)),
        "rules": TEXT_RULES,
    }
    return EmbeddingModel(
        model_id=encoder.model_id, source=source, dimension=encoder.dimension, scale=scale, active=False
    )


def is_scale_outdated(model: EmbeddingModel) -> bool:
    """Say whether the stored scale was measured on texts cut by other rules."""
    return model.scale.get("rules") != TEXT_RULES


def scale_of(model: EmbeddingModel) -> CosineScale:
    """Return the cosine scale that is stored with a model."""
    return _scale(model.scale)


def background_of(model: EmbeddingModel) -> ClauseBackground:
    """Return the background of clauses and sentences that is stored with a model."""
    return _background(model.scale["pieces"])


def _scale(stored: dict[str, Any]) -> CosineScale:
    # Stored before there was a centre, a scale has none until it is measured again.
    named: dict[str, Any] = {
        each.name: tuple(map(float, stored[each.name])) for each in fields(CosineScale) if each.name in stored
    }
    return CosineScale(**named)


def _plain(background: ClauseBackground) -> dict[str, Any]:
    return {
        "centre": [round(float(value), 6) for value in background.centre],
        "mean": background.mean,
        "deviation": background.deviation,
    }


def _background(stored: dict[str, Any]) -> ClauseBackground:
    return ClauseBackground(np.asarray(stored["centre"], np.float32), stored["mean"], stored["deviation"])
