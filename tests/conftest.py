"""Fixtures: the real offline model, real databases, a running application."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.database import Database
from app.core.security import ensure_key
from app.core.settings import PROJECT_ROOT, Settings
from app.main import create_app
from app.search.encoders import OFFLINE, EncoderLoader, load_encoder
from app.services import Services
from matching.embedding.encoder import Encoder
from matching.embedding.offline_model import build_offline_model
from tests import postgresql
from tests.encoders import HashingEncoder, KeptVectors, vectors_file
from tests.installations import Content, add_demo, install, made_once, migrated, one_at_a_time, opened

pytest_plugins = ["tests.running"]

SHARED_DATA = PROJECT_ROOT.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmarks", action="store_true", help="run what only measures")
    parser.addoption("--screenshots", help="keep pictures of the pages in this folder")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real texts beside the project; they are not part of it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real texts are not beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def run_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The models that set-up has unpacked; unpacked now if it has not."""
    settings = Settings(data_dir=PROJECT_ROOT / os.environ.get("SHUANGXU_DATA_DIR", "data"))
    folder = settings.offline_model_dir.parent
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder / ".tests-lock"):
        build_offline_model(settings.offline_model_dir)
    return folder


@pytest.fixture(scope="session")
def built_in_model(models_dir: Path) -> Encoder:
    """The real model itself, for tests of encoding."""
    return load_encoder(Settings(data_dir=models_dir.parent), OFFLINE)


@pytest.fixture(scope="session")
def encoder(built_in_model: Encoder) -> Encoder:
    """The real model; a text that this machine has encoded before is read from disk."""
    return KeptVectors(built_in_model, vectors_file())


@pytest.fixture(scope="session")
def hashing_encoder() -> Encoder:
    return HashingEncoder()


@pytest.fixture(scope="module")
def real_model(request: pytest.FixtureRequest) -> bool:
    """Whether a module is about meaning, as its mark says; all others run without a model."""
    return request.node.get_closest_marker("real_model") is not None


@pytest.fixture(scope="module")
def load(request: pytest.FixtureRequest, real_model: bool, hashing_encoder: Encoder) -> EncoderLoader:
    """Load the encoder of this module's tests: of another model than the built-in one, that one."""
    own = request.getfixturevalue("encoder") if real_model else hashing_encoder
    return lambda settings, source: own if source == OFFLINE else load_encoder(settings, source)


@pytest.fixture(scope="module")
def installed(
    request: pytest.FixtureRequest, run_dir: Path, real_model: bool, load: EncoderLoader
) -> Callable[[Content], Path]:
    """Return a data directory of some content; copy it, do not write into it."""
    models = request.getfixturevalue("models_dir") if real_model else None

    def made(content: Content) -> Path:
        folder = run_dir / f"{content.value}-{'real' if real_model else 'hashing'}"
        if content is Content.DEMO:
            seeded = made(Content.SEEDED)
            return made_once(folder, lambda aside: add_demo(seeded, aside, load))
        return made_once(folder, lambda aside: install(aside, models, load, content))

    return made


@pytest.fixture(scope="module")
def seeded_dir(installed: Callable[[Content], Path]) -> Path:
    """A data directory with the seed data; copy it, do not write into it."""
    return installed(Content.SEEDED)


@pytest.fixture
def settings(tmp_path: Path, installed: Callable[[Content], Path]) -> Settings:
    """Settings of an installation without records."""
    data = tmp_path / "data"
    shutil.copytree(installed(Content.EMPTY), data, symlinks=True)
    return Settings(data_dir=data)


@pytest.fixture
def services(settings: Settings, load: EncoderLoader) -> Iterator[Services]:
    """An opened, empty installation on SQLite."""
    with opened(settings, load) as services:
        yield services


@pytest.fixture
def seeded_settings(seeded_dir: Path, tmp_path: Path) -> Settings:
    """Settings of a copy of the seeded data directory."""
    data = tmp_path / "seeded"
    shutil.copytree(seeded_dir, data, symlinks=True)
    return Settings(data_dir=data)


@pytest.fixture
def seeded_services(seeded_settings: Settings, load: EncoderLoader) -> Iterator[Services]:
    """An opened installation with the seed data."""
    with opened(seeded_settings, load) as services:
        yield services


@pytest.fixture
def demo_services(installed: Callable[[Content], Path], tmp_path: Path, load: EncoderLoader) -> Iterator[Services]:
    """An opened installation with the accounts and the work of the demo."""
    data = tmp_path / "demo"
    shutil.copytree(installed(Content.DEMO), data, symlinks=True)
    with opened(Settings(data_dir=data), load) as services:
        yield services


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """The application, built once; a client gives it its settings before it starts."""
    return create_app(Settings())


@pytest.fixture(scope="session")
def started(application: FastAPI) -> Callable[[Settings, EncoderLoader], AbstractContextManager[TestClient]]:
    """Start the application over an installation."""

    @contextmanager
    def begun(settings: Settings, load: EncoderLoader) -> Iterator[TestClient]:
        application.state.settings, application.state.load_encoder = settings, load
        with TestClient(application, raise_server_exceptions=False) as client:
            application.state.services.gateway.encoder  # noqa: B018  (waits until the model is loaded)
            yield client

    return begun


@pytest.fixture
def client(
    seeded_settings: Settings,
    load: EncoderLoader,
    started: Callable[[Settings, EncoderLoader], AbstractContextManager[TestClient]],
) -> Iterator[TestClient]:
    """The running application over the seed data, as anybody calls it."""
    with started(seeded_settings, load) as opened:
        yield opened


@pytest.fixture
def operator(client: TestClient, seeded_settings: Settings) -> dict[str, str]:
    """Headers of the operator."""
    key, _ = ensure_key(seeded_settings.key_file)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="session")
def cross_encoder_dir(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A cross-encoder of one layer with random weights: its opinions are worthless, its form is right."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(models_dir / "shuangxu-e5-small-zh")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql_server(run_dir: Path) -> Path:
    """The folder of this run's PostgreSQL server, which the first that needs it starts."""
    with one_at_a_time(run_dir / "postgresql.lock"):
        told = run_dir / "postgresql"
        if not told.exists():
            # Sockets have short paths, and nobody may not enter the folders of a run.
            folder = Path(tempfile.gettempdir(), f"shuangxu-{uuid4().hex[:12]}")
            postgresql.start(folder)
            told.write_text(str(folder))
        return Path(told.read_text())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop what the processes of the run shared, after the last of them."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory is None or hasattr(session.config, "workerinput"):
        return
    told = factory.getbasetemp() / "postgresql"
    if told.exists():
        postgresql.stop(Path(told.read_text()))


@pytest.fixture(scope="module")
def postgres_url(postgresql_server: Path) -> Iterator[str]:
    """An empty, migrated PostgreSQL database of a module."""
    url = postgresql.new_database(postgresql_server)
    yield url
    postgresql.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, run_dir: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; every test runs on both servers."""
    if request.param == "sqlite":
        shutil.copy(migrated(run_dir), tmp_path / "test.db")
        opened = Database(f"sqlite:///{tmp_path / 'test.db'}")
        yield opened
        opened.close()
        return
    url = postgresql.new_database(request.getfixturevalue("postgresql_server"))
    opened = Database(url)
    yield opened
    opened.close()
    postgresql.drop_database(url)
