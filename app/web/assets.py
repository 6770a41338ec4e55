"""What pages load: our stylesheet and modules, and the libraries that set-up has installed.

All of it is read once and kept compressed; the address carries a digest of everything, so that
browsers may keep it for good and never mix two versions.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.core.errors import SetupError

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
# By the name in our addresses: where npm puts it, see package.json.
_INSTALLED = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "echarts.js": "echarts/dist/echarts.common.min.js",
}
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load.

    Attributes:
        packed: its bytes, by gzip; nothing secret is in them, so compressing gives nothing away.
    """

    media_type: str
    packed: bytes

    @property
    def plain(self) -> bytes:
        """Its bytes, for the rare client that takes no gzip."""
        return gzip.decompress(self.packed)


@dataclass(frozen=True, slots=True)
class Assets:
    """Everything that pages load, by name, and the digest of it all."""

    version: str
    files: dict[str, Asset]

    def url(self, name: str) -> str:
        """Return the address of a file. Raises KeyError for one that is not there."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"


@cache
def load_assets() -> Assets:
    """Read what pages load.

    Raises:
        SetupError: the libraries are not installed.
    """
    contents = {"app.css": b"\n".join(part.read_bytes() for part in sorted((_STATIC / "css").glob("*.css")))}
    for file in sorted(_STATIC.rglob("*")):
        if file.suffix in {".js", ".svg"}:
            contents[file.relative_to(_STATIC).as_posix()] = file.read_bytes()
    for name, place in _INSTALLED.items():
        file = _HERE / "node_modules" / place
        if not file.is_file():
            raise SetupError(f"页面所需的 {name} 没有安装，请在项目目录执行 make setup 后重新启动。")
        contents[name] = file.read_bytes()
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + content + b"\0")
    files = {
        name: Asset(_MEDIA_TYPES[Path(name).suffix], gzip.compress(content, mtime=0))
        for name, content in contents.items()
    }
    return Assets(digest.hexdigest()[:12], files)
