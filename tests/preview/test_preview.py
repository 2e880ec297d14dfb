"""The preview, in a real browser: what is saved is seen, and nobody else sees it."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.project import edit
from helpers.running import COMMAND, Run

# A machine that is busy is no fault.
expect.set_options(timeout=30_000)


class Served:
    """A preview that runs: its process, the page that opens it, its address and its cookie.

    What it starts as a browser says to a file with which arguments it was started.
    """

    def __init__(self, workspace: Path, *arguments: str) -> None:
        self.told = workspace / "browser-was-told"
        browser = workspace / "browser"
        browser.write_text(
            f'#!/bin/sh\necho "$0 $*" >"{self.told}"\nexec >/dev/null 2>&1\nsleep 20\n'
        )
        browser.chmod(0o755)
        self.process = subprocess.Popen(
            [*COMMAND, "preview", *arguments, "--workspace", str(workspace)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"BROWSER": f"{browser} %s &", "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.search(r"file://\S+", said)
        assert found, self.process.communicate()
        self.page = found[0]
        self.file = Path(unquote(urlsplit(self.page).path))
        text = self.file.read_text()
        self.secret = re.search(r'value="(.+?)"', text)[1]  # type: ignore[index]
        self.url = re.search(r'action="(.+?)start"', text)[1]  # type: ignore[index]
        status, headers, _ = self.ask("POST", "/start", f"secret={self.secret}")
        assert status == 200
        self.cookie = headers["Set-Cookie"].partition(";")[0]

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, Message, bytes]:
        parts = urlsplit(self.url)
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.request(method, path, body, {"Host": parts.netloc} | headers)
        answer = connection.getresponse()
        try:
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get(self, path: str, host: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie} | ({"Host": host} if host else {})
        status, _, data = self.ask("GET", path, **headers)
        return status, data

    def end(self) -> tuple[str, str]:
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=20)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts previews, and ends those that still run."""
    started: list[Served] = []

    def serve(workspace: Path, *arguments: str) -> Served:
        started.append(Served(workspace, *arguments))
        return started[-1]

    yield serve
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.fixture
def served(workspace: Path, serve: Callable[..., Served]) -> Served:
    return serve(workspace, "kent")


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(served.page)
    expect(page.locator("#said")).to_have_text("kent, as it would print now")
    yield page
    page.close()


def pictures(page: Page) -> list[str]:
    found = page.eval_on_selector_all("#pages img", "all => all.map(one => one.src)")
    assert isinstance(found, list)
    return found


def test_what_is_saved_is_seen(workspace: Path, page: Page) -> None:
    first = pictures(page)
    assert len(first) > 1
    width = page.evaluate("document.querySelector('#pages img').naturalWidth")
    assert width > 900
    before = page.locator("#pages img").first.screenshot()
    expect(page.locator("#problems")).to_have_text("None.")

    edit(workspace / "data/forces/kent.yaml", "name: Alan Pughsley", "name: A. Nother")
    expect(page.locator("#said")).to_have_attribute("data-version", re.compile("[1-9]"))
    assert page.locator("#pages img").first.screenshot() != before

    edit(workspace / "templates/letter.css", "font: 12pt/1.3", "font: 13pt/1.6")
    expect(page.locator("#pages img")).to_have_count(len(first) + 1)


def test_broken_yaml_is_survived(workspace: Path, page: Page) -> None:
    path = workspace / "data/forces/kent.yaml"
    good = path.read_text("utf-8")
    count = len(pictures(page))
    edit(path, "inspector: zoe-billingham", "inspector: [zoe-billingham")
    expect(page.locator("#problems code").first).to_contain_text("data/forces/kent.yaml:")
    expect(page.locator("#said")).to_contain_text("as it last could be made")
    assert len(pictures(page)) == count
    expect(page.locator("#pages")).to_have_class("old")

    inspection = workspace / "data/inspection.yaml"
    whole = inspection.read_text("utf-8")
    inspection.write_text("forces: [", "utf-8")
    expect(page.locator("#problems")).to_contain_text("data/inspection.yaml:")
    inspection.write_text(whole, "utf-8")
    path.write_text(good, "utf-8")
    expect(page.locator("#said")).to_have_text("kent, as it would print now")
    expect(page.locator("#problems")).to_have_text("None.")

    edit(workspace / "templates/letter.css", "h3 {\n  font-size: 16pt;\n", "h3 {\n  colr: red;\n")
    expect(page.locator("#problems")).to_contain_text("letter.css:")
    expect(page.locator("#problems")).to_contain_text("there is no property 'colr'")


def test_it_says_who_is_stale_and_writes_nothing(
    workspace: Path, run: Run, browser: Browser, serve: Callable[..., Served]
) -> None:
    assert run("generate", "kent", "essex", "--workspace", workspace).returncode == 0
    edit(workspace / "data/forces/essex.yaml", "Stephen Kavanagh", "Stephen Other")
    folder = workspace / "letters/embargoed"
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.iterdir()]}
    served = serve(workspace)
    page = browser.new_page()
    page.goto(served.page)
    rows = page.locator("#forces li")
    expect(rows).to_have_count(6)
    expect(page.locator("#stale")).to_have_text("5 of 6 letters are not up to date.")
    expect(rows.filter(has_text="Kent")).to_have_text("Kent Police up to date")
    expect(rows.filter(has_text="Essex")).to_have_text("Essex Police stale")
    page.get_by_role("link", name="Durham").click()
    expect(page.locator("#said")).to_have_text("durham, as it would print now")
    # What another command makes is seen, too.
    assert run("generate", "essex", "--workspace", workspace).returncode == 0
    expect(rows.filter(has_text="Essex")).to_have_text("Essex Police up to date")
    page.close()
    out, err = served.end()
    assert (served.process.returncode, out, err) == (0, "", "")
    after = {path: path.stat().st_mtime_ns for path in [folder, *folder.iterdir()]}
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed == {*("embargoed", "essex.pdf", "essex.html", ".essex.json", ".checked.json")}


def test_nobody_else_is_answered(served: Served) -> None:
    parts = urlsplit(served.url)
    assert parts.hostname == "127.0.0.1"
    assert served.get("/board")[0] == 200
    for host in ("evil.example", f"evil.example:{parts.port}", "localhost", "127.0.0.1:1"):
        assert served.get("/board", host)[0] == 421
    # Another user of the machine knows the port alone.
    for path in ("/", "/board", "/letters/kent", "/preview.js", "/changes", "/nosuch"):
        assert served.ask("GET", path)[0] == 403
        assert served.ask("GET", path, Cookie="hmic-letters-preview=")[0] == 403
        assert served.ask("GET", path, Cookie=f"{served.cookie[:-1]}x")[0] == 403
    for body in ("", "secret=", f"secret={served.secret}x", f"secret={served.cookie}", "a" * 9999):
        assert served.ask("POST", "/start", body)[0] == 403
    assert served.ask("GET", f"/start?secret={served.secret}")[0] == 405
    assert served.get("/letters/../../../etc/passwd")[0] == 404
    assert served.get("/letters/atlantis")[0] == 404
    assert served.get("/letters/kent/1/99")[0] == 404


def test_the_secret_is_in_a_file_of_its_owner_alone(served: Served) -> None:
    assert served.file.stat().st_mode & 0o777 == 0o600
    assert served.file.parent.stat().st_mode & 0o777 == 0o700
    _, headers, body = served.ask("POST", "/start", f"secret={served.secret}")
    assert {"HttpOnly", "SameSite=strict"} <= set(headers["Set-Cookie"].split("; "))
    assert headers["Referrer-Policy"] == "no-referrer"
    assert served.secret.encode() not in body
    assert served.cookie.partition("=")[2].encode() not in body


def test_no_process_is_started_with_the_secret(served: Served) -> None:
    """Every user of a machine reads the arguments of every process there."""
    secrets = (served.secret, served.cookie.partition("=")[2])
    while not served.told.exists():
        time.sleep(0.02)
    assert served.file.name in served.told.read_text()
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes().decode("utf-8", "replace"))
    assert any(served.file.name in line for line in lines)
    assert not [line for line in lines for secret in secrets if secret in line]


def test_no_address_has_the_secret(served: Served, page: Page) -> None:
    """Neither the address bar, nor the history, nor what the page asks for."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(f"{one.url} {one.headers}"))
    page.reload()
    expect(page.locator("#said")).to_have_text("kent, as it would print now")
    assert page.url == f"{served.url}#kent"
    page.go_back()
    assert asked
    for secret in (served.secret, served.cookie.partition("=")[2]):
        assert secret not in page.url
        assert not any(secret in one for one in asked)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_page_that_opens_it_is_taken_away(served: Served, number: signal.Signals) -> None:
    served.process.send_signal(number)
    served.process.communicate(timeout=20)
    assert not served.file.parent.exists()


def test_it_listens_on_no_other_address(served: Served) -> None:
    port = urlsplit(served.url).port
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [row.split() for table in tables for row in table]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"]


def test_an_unknown_force_is_told_before_anything_is_served(workspace: Path, run: Run) -> None:
    done = run("preview", "atlantis", "--workspace", workspace)
    assert done.returncode == 2
    assert "There is no force 'atlantis'" in done.stderr
