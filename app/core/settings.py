"""Settings, all from the environment with the prefix SHUANGXU_."""

from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SEED_DIR = PROJECT_ROOT / "seed_data"


class Settings(BaseSettings):
    """What an operator may set; every field is listed in the README."""

    model_config = SettingsConfigDict(env_prefix="SHUANGXU_", protected_namespaces=())

    data_dir: Path = Field(Path("data"), description="database, model, index snapshots and the operator's key")
    database_url: str | None = Field(None, description="SQLAlchemy URL; by default SQLite in the data directory")
    model: str | None = Field(None, description="Sentence-Transformers name or folder; by default the offline model")
    query_prompt: str | None = Field(None, description="put before free texts; by default the model's own")
    document_prompt: str | None = Field(None, description="put before records; by default the model's own")
    bfloat16: bool | None = Field(None, description="encode in bfloat16; by default where the processor can")
    weights: Path | None = Field(None, description="ranking weight file; by default the one shipped")
    reranker: str | None = Field(None, description="CrossEncoder name or folder that reads the best 50 again; off")
    allow_non_loopback: bool = Field(False, description="let the server listen beyond this machine")
    trusted_proxies: str = Field("", description="addresses of our own proxies, by comma: their X-Forwarded-For counts")
    insecure_cookies: bool = Field(False, description="sign in over plain HTTP, for an intranet without TLS")
    worker: bool = Field(True, description="do uploads inside the server; off where `shuangxu worker` runs")
    public_url: str = Field("", description="address of the pages, put before links in what is sent; none without it")
    notice_mail: str = Field("", description="apprise URL of the mail server with {to} for the address; off")
    notice_wecom: str = Field("", description="apprise URL of a 企业微信 group robot for staff; off")
    notice_dingtalk: str = Field("", description="apprise URL of a 钉钉 group robot for staff; off")
    notice_webhooks: bool = Field(False, description="let accounts name an address that notices are posted to")
    notice_webhook_hosts: str = Field("", description="hosts, by comma, that webhooks may reach inside our own network")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @cached_property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'shuangxu.db').resolve()}"

    @cached_property
    def proxies(self) -> frozenset[str]:
        """The trusted proxies."""
        return frozenset(part.strip() for part in self.trusted_proxies.split(",") if part.strip())

    @cached_property
    def webhook_hosts(self) -> frozenset[str]:
        """The hosts inside our own network that webhooks may reach."""
        return frozenset(part.strip().lower() for part in self.notice_webhook_hosts.split(",") if part.strip())

    @property
    def offline_model_dir(self) -> Path:
        """Where the offline model is unpacked."""
        return self.data_dir / "models" / "shuangxu-e5-small-zh"

    @property
    def uploads_dir(self) -> Path:
        """Where uploaded files are kept until they are done with."""
        return self.data_dir / "uploads"

    @property
    def docking_files_dir(self) -> Path:
        """Where files of dockings are kept."""
        return self.data_dir / "docking-files"

    @property
    def scale_dir(self) -> Path:
        """Where the cosine scales of models are kept."""
        return self.data_dir / "models" / "scales"

    @property
    def index_dir(self) -> Path:
        """Where index snapshots lie."""
        return self.data_dir / "index"

    @property
    def weights_dir(self) -> Path:
        """Where trained weight sets lie."""
        return self.data_dir / "weights"

    @property
    def key_file(self) -> Path:
        """Where the operator's key lies, readable by its owner alone."""
        return self.data_dir / "operator.key"
