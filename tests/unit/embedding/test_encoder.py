"""The offline model: unit vectors in the order of the texts, whatever the batch."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from matching.embedding.encoder import BATCH_TOKENS, Role, SentenceTransformerEncoder, _batches
from matching.errors import ModelUnavailable

TEXTS = [
    "高压水泵变频节能",
    "水泵",
    "海上风机叶片除冰：" + "采用气动与加热相结合的方法，" * 30,
    "a reusable lithium battery separator",
    "膜分离法回收有机溶剂",
    "水泵",
    "储氢罐焊缝检测。" * 12,
    "",
    "污泥脱水",
]


@pytest.fixture(scope="module")
def model_folder(models_dir: Path) -> Path:
    return models_dir / "shuangxu-e5-small-zh"


def test_the_offline_folder_is_small_and_384_wide(built_in_model, model_folder: Path) -> None:
    assert sum(file.stat().st_size for file in model_folder.rglob("*") if file.is_file()) < 150_000_000
    assert built_in_model.dimension == 384


def test_vectors_are_float32_of_length_one(built_in_model) -> None:
    vectors = built_in_model.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_order_is_that_of_the_texts_and_batches_do_not_matter(built_in_model) -> None:
    vectors = built_in_model.encode(TEXTS)
    alone = np.concatenate([built_in_model.encode([text]) for text in TEXTS])
    cosines = np.einsum("nd,nd->n", vectors, alone)
    assert cosines.min() >= 0.999
    # Each text is nearest to itself: no two have changed places.
    products = vectors @ alone.T
    for at, text in enumerate(TEXTS):
        assert TEXTS[int(products[at].argmax())] == text


def test_no_texts_give_no_vectors(built_in_model) -> None:
    vectors = built_in_model.encode([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


def test_a_very_long_text_is_read_to_its_limit(built_in_model) -> None:
    long = "膜分离法回收有机溶剂，" * 20_000
    vectors = built_in_model.encode([long, long + "水泵", "膜分离法回收有机溶剂"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert float(vectors[0] @ vectors[1]) >= 0.999
    assert float(vectors[0] @ vectors[2]) > 0.8


def test_likes_are_nearer_than_unlikes(built_in_model) -> None:
    need, like, unlike = built_in_model.encode(["降低水泵站电耗", "高压水泵变频节能", "中药饮片炮制"])
    assert float(need @ like) > float(need @ unlike) + 0.02


def test_progress_adds_up_to_the_number_of_texts(built_in_model) -> None:
    done: list[int] = []
    built_in_model.encode(["水泵节能"] * 300, progress=done.append)
    assert sum(done) == 300
    assert len(done) > 1


@pytest.mark.parametrize("lengths", [[], [1], [3000], [512] * 9, list(range(1, 400)), [5, 500] * 40])
def test_batches_hold_every_text_once_within_the_limit(lengths: list[int]) -> None:
    batches = _batches(lengths)
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max((lengths[at] for at in batch), default=0)
        assert len(batch) <= 1 or longest * len(batch) <= BATCH_TOKENS


def test_the_id_names_model_weights_and_prompts_but_not_precision(built_in_model, model_folder: Path) -> None:
    same = SentenceTransformerEncoder(str(model_folder), bfloat16=False)
    asked = SentenceTransformerEncoder(str(model_folder), query_prompt="查询：")
    stored = SentenceTransformerEncoder(str(model_folder), document_prompt="文档：")
    assert same.model_id == built_in_model.model_id
    assert same.model_id.startswith("shuangxu-e5-small-zh@")
    assert len({built_in_model.model_id, asked.model_id, stored.model_id}) == 3
    first, second = same.encode(TEXTS), built_in_model.encode(TEXTS)
    assert np.einsum("nd,nd->n", first, second).min() >= 0.9995
    text = ["水泵节能"]
    assert float(asked.encode(text, Role.QUERY)[0] @ built_in_model.encode(text, Role.QUERY)[0]) < 0.999
    np.testing.assert_allclose(asked.encode(text), built_in_model.encode(text), atol=1e-6)


def test_a_folder_that_does_not_exist_is_an_unavailable_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="none"):
        SentenceTransformerEncoder(str(tmp_path / "deep" / "none"))


@pytest.mark.parametrize("damage", ["removed", "emptied", "halved"])
@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_damaged_folder_is_an_unavailable_model(model_folder: Path, tmp_path: Path, name: str, damage: str) -> None:
    copy = tmp_path / "model"
    shutil.copytree(model_folder, copy, copy_function=os.symlink)
    whole = (model_folder / name).read_bytes()
    (copy / name).unlink()
    if damage != "removed":
        (copy / name).write_bytes(b"" if damage == "emptied" else whole[: len(whole) // 2])
    with pytest.raises(ModelUnavailable):
        SentenceTransformerEncoder(str(copy))
