"""Load the embedding model that the settings name, or the one that the database says is in use."""

import json
import os
import threading
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from app.core.errors import ModelMissing
from app.core.settings import PROJECT_ROOT, Settings
from app.models import EmbeddingModel
from matching.embedding.encoder import Encoder, SentenceTransformerEncoder
from matching.embedding.offline_model import build_offline_model
from matching.embedding.scale import CosineScale, measure_scale
from matching.errors import ModelFormatError, ModelUnavailable
from matching.text.analysis import encodable_texts
from matching.types import Document

OFFLINE = ""
_LOADING = threading.Lock()


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


def reference_scale(settings: Settings, encoder: Encoder) -> CosineScale:
    """Return a model's cosine scale, measured on the titles and summaries of the seed data.

    Measuring takes seconds, so the scale is kept in a file beside the models.
    """
    kept = settings.scale_dir / f"{encoder.model_id}.json"
    if kept.exists():
        return _scale(json.loads(kept.read_text("utf-8")))
    scale = _measure(encoder)
    kept.parent.mkdir(parents=True, exist_ok=True)
    aside = kept.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps(asdict(scale)), "utf-8")
    aside.replace(kept)
    return scale


def _measure(encoder: Encoder) -> CosineScale:
    file = PROJECT_ROOT / "seed_data" / "achievements.jsonl"
    rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    texts = [encodable_texts(Document("", row["title"], row["summary"])) for row in rows]
    return measure_scale(encoder, [each.title for each in texts], [each.passages[0] for each in texts])


def describe(settings: Settings, encoder: Encoder, source: str) -> EmbeddingModel:
    """Return the row of a model that is used for the first time."""
    scale = asdict(reference_scale(settings, encoder))
    return EmbeddingModel(
        model_id=encoder.model_id, source=source, dimension=encoder.dimension, scale=scale, active=False
    )


def scale_of(model: EmbeddingModel) -> CosineScale:
    """Return the cosine scale that is stored with a model."""
    return _scale(model.scale)


def _scale(stored: dict[str, Any]) -> CosineScale:
    return CosineScale(**{name: (float(pair[0]), float(pair[1])) for name, pair in stored.items()})
