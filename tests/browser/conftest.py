"""A real server with the real model and a real browser; a page that breaks its policy fails its test."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from app.accounts.cookies import cookie_name
from app.accounts.sign_in import LIFETIME
from app.accounts.tokens import SESSION, new_token, token_hash
from app.core.caller import Role
from app.core.settings import PROJECT_ROOT, Settings
from app.models import Account, OrganisationKind, SignInSession
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.search.encoders import EncoderLoader
from app.services import Services
from tests import serving
from tests.trials import CAMPAIGN

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# What A4 leaves between the margins of 90-print.css, in CSS pixels.
PAPER = {"width": 688, "height": 1009}
_AXE = PROJECT_ROOT / "app" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_KINDS = {Role.ENTERPRISE: OrganisationKind.ENTERPRISE, Role.UNIVERSITY: OrganisationKind.UNIVERSITY}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the campaign what is not a main path: a page that a browser draws takes seconds.

    What pages answer is tried without a browser too, in tests/api/test_page_queries_*.py and the permission table.
    """
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.get_closest_marker("main_path") is None:
            item.add_marker(pytest.mark.heavy)


@pytest.fixture(scope="module")
def real_model() -> bool:
    """Pages are used as people use them."""
    return True


# What is waited for comes within a second; a busy machine is no failure of a page.
expect.set_options(timeout=60_000)


@dataclass(slots=True)
class Served:
    """The running server."""

    url: str
    app: FastAPI
    settings: Settings

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services


@pytest.fixture(scope="module")
def served(
    seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory, application: FastAPI, load: EncoderLoader
) -> Iterator[Served]:
    """The application over a copy of the seed data, on a free port of this machine."""
    data = tmp_path_factory.mktemp("browser") / "data"
    shutil.copytree(seeded_dir, data, symlinks=True)
    settings, app = Settings(data_dir=data), application
    app.state.settings, app.state.load_encoder = settings, load
    with serving.served(app) as address:
        app.state.services.gateway.encoder  # noqa: B018  (waits until the model is loaded)
        yield Served(address, app, settings)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    assert path, "no browser: make browser"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def account(served: Served) -> Callable[..., tuple[Account, str]]:
    """Make an account that is signed in; return it and the token of its session."""
    numbers = itertools.count(1)

    def made(role: Role, organisation: str | None = None, **fields: Any) -> tuple[Account, str]:
        number, token = next(numbers), new_token(SESSION)
        with served.services.database.write() as session:
            owner = None
            if role in _KINDS:
                name = organisation or f"云澜页面测试{number}单位（示例）"
                owner = OrganisationRepository(session).ensure(name, _KINDS[role])
                session.flush()
            values = {"name": f"测试{role.value}{number}", **fields}
            one = Account(
                email=f"{role.value}{number}@example.cn", role=role.value, organisation_id=owner and owner.id, **values
            )
            session.add(one)
            session.flush()
            session.add(
                SignInSession(
                    account_id=one.id, token_hash=token_hash(token), address="127.0.0.1", user_agent="test",
                    created_at=now(), last_seen_at=now(), expires_at=now() + LIFETIME,
                )
            )  # fmt: skip
        return one, token

    return made


@dataclass(slots=True)
class Visit:
    """A browser's window as one person, and what it complained about.

    Attributes:
        wrong: violations of the content security policy, errors of scripts and of the console.
    """

    context: BrowserContext
    page: Page
    url: str
    inspected: Callable[[Page, str], None]
    person: Account | None = None
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address and wait until the page's scripts have run."""
        self.page.goto(self.url + path, wait_until="load")
        return self.page

    def inspect(self, name: str) -> None:
        """Check the page that is shown: no sideways scrolling at two sizes, axe finds nothing serious.

        In the checks one page of each file of tests; in the campaign all.
        """
        self.inspected(self.page, name)


@pytest.fixture
def visit(
    browser: Browser,
    served: Served,
    account: Callable[..., tuple[Account, str]],
    inspected: Callable[[Page, str], None],
) -> Iterator[Callable[..., Visit]]:
    """Open a window as somebody of a role, or as anybody; what it complains about fails the test."""
    opened: list[Visit] = []

    def begun(role: Role = Role.ANYBODY, organisation: str | None = None, **fields: Any) -> Visit:
        context = browser.new_context(viewport=WIDE, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e =>"
            " console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))"
        )
        person = None
        if role is not Role.ANYBODY:
            person, token = account(role, organisation, **fields)
            name = cookie_name(served.settings)
            context.add_cookies([
                # Cookies know no port, and this one wants HTTPS, or this machine.
                {"name": name, "value": token, "url": "https://127.0.0.1", "secure": True, "sameSite": "Strict"}
            ])  # fmt: skip
        one = Visit(context, context.new_page(), served.url, inspected, person)

        def heard(message: ConsoleMessage) -> None:
            # The browser itself notes every answer of 4xx; pages show those to people.
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                one.wrong.append(message.text)

        one.page.on("console", heard)
        one.page.on("pageerror", lambda error: one.wrong.append(str(error)))
        one.page.set_default_timeout(60_000)
        opened.append(one)
        return one

    yield begun
    for each in opened:
        each.context.close()
    assert [text for each in opened for text in each.wrong] == []


@pytest.fixture(scope="module")
def inspected(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """See that a page fits two sizes and passes axe, in light and dark.

    Where --screenshots says, keep pictures: of both sizes, in dark, and on paper, where nothing may be cut off.
    """
    folder: str | None = request.config.getoption("--screenshots")
    axe = _AXE.read_text("utf-8")

    seen: list[str] = []

    def look(page: Page, name: str) -> None:
        if seen and not CAMPAIGN:
            return
        seen.append(name)
        for size, label in ((NARROW, "390x844"), (WIDE, "1366x768")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            if folder:
                page.screenshot(path=Path(folder) / f"{name}-{label}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{name} scrolls sideways at {label}: {wide} pixels"
        page.evaluate(axe)
        assert _serious(page.evaluate("axe.run({resultTypes: ['violations']})")) == [], name
        theme = page.evaluate("document.documentElement.dataset.theme")
        page.emulate_media(color_scheme="dark")
        page.evaluate(_USE_THEME, "dark")
        dark = page.evaluate("axe.run({resultTypes: ['violations'], runOnly: ['color-contrast']})")
        assert _serious(dark) == [], f"{name} in dark"
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-dark.png", full_page=True)
            page.emulate_media(media="print", color_scheme="dark")
            page.set_viewport_size(PAPER)  # type: ignore[arg-type]
            page.screenshot(path=Path(folder) / f"{name}-print.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PAPER["width"], f"{name} is cut off on paper: {wide} pixels"
            page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        page.emulate_media(media="screen", color_scheme="light")
        page.evaluate(_USE_THEME, theme)

    return look


_USE_THEME = "(theme) => { document.documentElement.dataset.theme = theme; }"


def _serious(found: dict[str, Any]) -> list[str]:
    return [
        f"{each['id']}: {each['help']} – {each['nodes'][0]['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
