"""Somebody who is told things, and what stands for the outside world: a web server and a mail server."""

import itertools
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.core.database import Database
from app.core.settings import Settings
from app.models import Account, NoticePreference, NoticeTopic
from app.notices.postman import Postman
from app.notices.telling import Told, tell
from app.services import OUTPUTS

SECRET = "geheim-0123456789abcdef"
VIEWS = {name: output.of for name, output in OUTPUTS.items()}


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(
        data_dir=tmp_path, notice_webhooks=True, notice_webhook_hosts="localhost", public_url="https://dx.example.cn/"
    )


@pytest.fixture
def postman(settings: Settings, database: Database) -> Postman:
    return Postman(settings, database, VIEWS)


@pytest.fixture
def person(database: Database) -> Callable[..., Account]:
    """Make an account, and say how it wants to be told."""
    numbers = itertools.count(1)

    def made(*channels: str, role: str = "liaison", paces: dict[str, str] | None = None, **fields: Any) -> Account:
        with database.write() as session:
            one = Account(email=f"p{next(numbers)}@example.cn", name="李示例", role=role)
            session.add(one)
            session.flush()
            session.add(
                NoticePreference(account_id=one.id, channels=list(channels), paces=paces or {}, least_grade=3, **fields)
            )
        return one

    return made


@pytest.fixture
def say(database: Database) -> Callable[..., list[Any]]:
    """Tell somebody something; return the notices."""
    numbers = itertools.count(1)

    def said(account: Account, *titles: str, topic: NoticeTopic = NoticeTopic.DOCKING, text: str = "") -> list[Any]:
        with database.write() as session:
            return list(
                tell(session, [Told(account.id, topic, each, "/needs", f"k{next(numbers)}", text) for each in titles])
            )

    return said


@dataclass(slots=True)
class Received:
    """What a web server was sent, and what it answers."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Received]:
    """A web server on this machine that keeps what it is sent."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.requests.append((dict(self.headers), body))
            status = received.answers.pop(0) if received.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.url = f"http://localhost:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield received
        server.shutdown()
        thread.join()


@dataclass(slots=True)
class Mailbox:
    """What a mail server was given."""

    port: int = 0
    refusing: bool = False
    recipients: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on this machine that takes everything, as far as SMTP is needed for that."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            for line in self.rfile:
                verb = line.decode().strip().upper()
                if verb.startswith("RCPT TO"):
                    box.recipients.append(line.decode().split("<")[1].split(">")[0])
                    self._say("550 no such user" if box.refusing else "250 ok")
                elif verb == "DATA":
                    self._say("354 go on")
                    box.mails.append(message_from_bytes(self._data(), policy=policy.default))
                    self._say("250 ok")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _data(self) -> bytes:
            lines = []
            for line in self.rfile:
                if line == b".\r\n":
                    break
                lines.append(line.removeprefix(b"."))
            return b"".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join()
