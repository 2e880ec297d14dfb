"""The preview, in a real browser: what is saved is seen, and nobody else sees it."""

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import COMMAND, Run, edit

# A machine that is busy is no fault.
expect.set_options(timeout=30_000)


class Served:
    """A preview that runs: its address and its process."""

    def __init__(self, workspace: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "preview", *arguments, "--workspace", str(workspace)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"BROWSER": "true", "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, self.process.communicate()
        self.url = found[0]

    def get(self, path: str, host: str | None = None) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.request("GET", path, headers={"Host": host or parts.netloc})
        answer = connection.getresponse()
        try:
            return answer.status, answer.read()
        finally:
            connection.close()

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
    page.goto(served.url)
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

    edit(workspace / "templates/letter.css", "font: 12pt/1.3", "font: 13pt/1.4")
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

    edit(
        workspace / "templates/letter.css", "  font-size: 13pt;\n  margin: 1.4em", "  colr: red;\n"
    )
    expect(page.locator("#problems")).to_contain_text("letter.css:")
    expect(page.locator("#problems")).to_contain_text("error[pdf]")


def test_it_says_who_is_stale_and_writes_nothing(
    workspace: Path, run: Run, browser: Browser, serve: Callable[..., Served]
) -> None:
    assert run("generate", "kent", "essex", "--workspace", workspace).returncode == 0
    edit(workspace / "data/forces/essex.yaml", "Stephen Kavanagh", "Stephen Other")
    folder = workspace / "letters/embargoed"
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.iterdir()]}
    served = serve(workspace)
    page = browser.new_page()
    page.goto(served.url)
    rows = page.locator("#forces li")
    expect(rows).to_have_count(43)
    expect(page.locator("#stale")).to_have_text("42 of 43 letters are not up to date.")
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
    board = f"{parts.path}board"
    assert served.get(board)[0] == 200
    for host in ("evil.example", f"evil.example:{parts.port}", "localhost", "127.0.0.1:1"):
        assert served.get(board, host)[0] == 421
    # Another user of the machine does not know the address.
    for path in ("/", "/board", "/letters/kent", "/wrong/letters/kent", "/preview.js"):
        assert served.get(path)[0] == 404
    assert served.get(f"{parts.path}letters/../../../etc/passwd")[0] == 404
    assert served.get(f"{parts.path}letters/atlantis")[0] == 404
    assert served.get(f"{parts.path}letters/kent/1/99")[0] == 404


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
