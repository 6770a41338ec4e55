"""Another embedding model is one setting away, and vectors of two models never mix."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import RecordKind, Vector
from app.services import Services, build_services
from tests.asking import Asking

pytestmark = pytest.mark.real_model

TEXT = "低浓度瓦斯利用"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A Sentence-Transformers model of 32 dimensions with random weights, made for this test."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = AutoTokenizer.from_pretrained(models_dir / "shuangxu-e5-small-zh")
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder / "parts")
    tokenizer.save_pretrained(folder / "parts")
    transformer = modules.Transformer(str(folder / "parts"), max_seq_length=128)
    model = SentenceTransformer(
        modules=[transformer, modules.Pooling(32, pooling_mode="mean")], prompts={"query": "问："}, device="cpu"
    )
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


def opened(settings: Settings) -> Services:
    services = build_services(settings)
    services.gateway.open()
    return services


def search(services: Services) -> tuple[str, bool, int]:
    answer = Asking(services).for_text(TEXT, RecordKind.ACHIEVEMENTS, OPERATOR, 5, RecordFilter())
    return answer.model_id, answer.degraded, len(answer.results)


def models_of(services: Services) -> set[str]:
    with services.database.read() as session:
        return set(session.scalars(select(Vector.model_id).distinct()))


def test_the_old_index_serves_until_the_new_one_is_complete(seeded_settings: Settings, tiny_model: Path) -> None:
    services = opened(seeded_settings.model_copy(update={"model": str(tiny_model)}))
    old = services.gateway.index.model_id
    during: list[tuple[str, bool, int]] = []
    services.gateway.adopt_configured_model(lambda _: during.append(search(services)))
    assert set(during) == {(old, False, 5)}
    new, degraded, results = search(services)
    assert new.startswith("model@")
    assert new != old
    assert (degraded, results) == (False, 5)
    assert models_of(services) == {old, new}
    assert services.gateway.index.matchers[RecordKind.NEEDS].titles.search.__self__.dimension == 32  # type: ignore[attr-defined]


def test_the_new_model_stays_in_use_and_the_old_one_is_not_encoded_again(
    seeded_settings: Settings, tiny_model: Path
) -> None:
    changed = seeded_settings.model_copy(update={"model": str(tiny_model)})
    first = opened(changed)
    old = first.gateway.index.model_id
    first.gateway.adopt_configured_model()
    first.gateway.close()
    again = opened(changed)
    assert again.gateway.index.model_id != old
    assert not again.gateway.configured_model_differs()
    back = opened(seeded_settings)
    encoded: list[int] = []
    back.gateway.adopt_configured_model(encoded.append)
    assert encoded == []
    assert back.gateway.index.model_id == old


def test_interrupted_the_change_goes_on_where_it_stopped(seeded_settings: Settings, tiny_model: Path) -> None:
    class Stop(Exception):
        pass

    def stop(_: int) -> None:
        raise Stop

    changed = seeded_settings.model_copy(update={"model": str(tiny_model)})
    services = opened(changed)
    old = services.gateway.index.model_id
    with pytest.raises(Stop):
        services.gateway.adopt_configured_model(stop)
    assert search(services) == (old, False, 5)
    encoded: list[int] = []
    services.gateway.adopt_configured_model(encoded.append)
    assert sum(encoded) == 272 - 64


def test_rebuilding_the_index_changes_the_model_where_that_is_asked_for(
    seeded_settings: Settings, tiny_model: Path
) -> None:
    gateway = opened(seeded_settings.model_copy(update={"model": str(tiny_model)})).gateway
    old = gateway.index_state().model_id
    encoded: list[int] = []
    held = gateway.rebuild_index(encoded.append)
    assert (gateway.index_state().model_id, encoded) == (old, [])
    assert gateway.rebuild_index(encoded.append, encode=True) == held
    assert gateway.index_state().model_id != old
    assert sum(encoded) == sum(held.values())
    # A second time nothing is missing.
    gateway.rebuild_index(encoded.append, encode=True)
    assert sum(encoded) == sum(held.values())


def test_other_prompts_are_another_model(seeded_settings: Settings) -> None:
    services = opened(seeded_settings.model_copy(update={"document_prompt": "passage: "}))
    assert services.gateway.encoder.model_id != services.gateway.index.model_id
    assert services.gateway.configured_model_differs()
    assert search(services)[1]  # by words alone until the change is complete
