"""Nothing is public before its moment, and then it says what was dispatched, word for word."""

import ast
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from helpers.cleared import (
    CLEARED,
    attempt,
    attempt_process,
    command,
    command_process,
    prepare,
    serial_of,
    tree,
    unlocked,
)
from helpers.conformance import validate
from helpers.project import PROJECT, Once, copy_project, edit
from helpers.reader import pages
from helpers.running import COMMAND
from hmic_letters.check.explain import ACCURACY_CHECK, PUBLICATION, codes
from hmic_letters.data.load import load
from hmic_letters.data.model import calendar
from hmic_letters.problem import Refused, Unavailable
from hmic_letters.publication import clearance
from hmic_letters.publication.embargo import remains
from hmic_letters.publication.publish import embargoed, publish
from hmic_letters.record import clock
from hmic_letters.record.ledger import Event, Ledger, Occasion, read_ledger
from hmic_letters.terminal.answers import UNAVAILABLE

LIFTS = datetime(2014, 9, 3, 23, 1, tzinfo=UTC)
STAMP = "EMBARGOED until 00:01 on Thursday 4 September 2014"


def faked(moment: str) -> dict[str, str]:
    """The environment in which a process is told, by libfaketime, that it is that moment in UTC."""
    told = subprocess.run(
        ["faketime", "-f", moment, "env"],
        env=os.environ | {"TZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    said = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    # Waiting goes on as ever.
    return {name: said[name] for name in ("LD_PRELOAD", "FAKETIME")} | {
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
    }


@pytest.fixture(scope="session")
def of_2014(once: Once) -> Path:
    """A workspace from which two letters were dispatched on 3 September 2014; not to be changed."""

    def make(folder: Path) -> None:
        copy_project(folder)
        prepare(folder, **faked("2014-08-20 10:00:00"))
        command_process(folder, "dispatch", *CLEARED, "--yes", **faked("2014-09-03 10:00:00"))

    return once("2014", make)


@pytest.fixture
def office(of_2014: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(of_2014, tmp_path / "office")


def occasion(at: datetime) -> Occasion:
    return Occasion("ann", lambda: at, date(2014, 9, 4))


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_real_process_publishes_at_the_moment_and_not_before(office: Path, zone: str) -> None:
    early = attempt_process(office, "publish", **faked("2014-09-03 23:00:59") | {"TZ": "UTC"})
    assert early.returncode == 1
    assert early.stderr.endswith(
        "error[embargoed]: nothing may be public before 00:01 on Thursday 4 September 2014 in "
        "London\n  Wait until then; no option lifts it.\n"
    )
    assert not (office / "published").exists()
    # What the zone of the machine is changes nothing.
    there = faked("2014-09-03 23:00:59")
    moved = {"FAKETIME": _in_zone("2014-09-03 23:00:59", zone), "TZ": zone}
    assert attempt_process(office, "publish", **there | moved).returncode == 1
    moved = {"FAKETIME": _in_zone("2014-09-03 23:01:00", zone), "TZ": zone}
    done = attempt_process(office, "publish", **there | moved)
    assert "2 letters of 43 published in published/1," in done.stdout
    (line,) = read_ledger(office).of(Event.PUBLISHED)
    assert (line.utc, line.london) == ("2014-09-03T23:01:00+00:00", "2014-09-04T00:01:00+01:00")


def _in_zone(moment: str, zone: str) -> str:
    """A moment in UTC as libfaketime takes it: on the clocks of the process's zone."""
    shown = subprocess.run(
        ["date", "-d", f"{moment} UTC", "+%F %T"],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.strip()


@pytest.mark.parametrize(
    ("at", "refused"),
    [
        (LIFTS - timedelta(seconds=1), True),
        (LIFTS - timedelta(microseconds=1), True),
        (LIFTS, False),
        (LIFTS.astimezone(calendar.in_london(LIFTS).tzinfo), False),
        (LIFTS + timedelta(days=4000), False),
    ],
)
def test_the_moment_by_an_injected_clock(of_2014: Path, at: datetime, refused: bool) -> None:
    read = load(of_2014)
    ledger = read_ledger(of_2014)
    found = embargoed(read, next(iter(ledger.lines)).force, ledger, at)
    assert [problem.code for problem in found] == (["embargoed"] if refused else [])


@pytest.mark.parametrize("machine", [[], ["setarch", "i686"]], ids=["as-it-is", "as-i686"])
def test_a_faked_clock_does_not_get_past_the_machines_own(office: Path, machine: list[str]) -> None:
    """The embargo lifts in years to come, and the process is told that it has."""
    command(office, "embargo", "move", "2099-09-04 00:01", "--reason", "A test.")
    command(office, "generate", *CLEARED)
    command(office, "dispatch", *CLEARED, "--yes", "--reason", "The embargo moved.")
    there = faked("2100-01-01 00:00:00")
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time() > 4e9)"],
        env=os.environ | there,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "True\n"
    done = subprocess.run(
        [*machine, *COMMAND, "publish"],
        cwd=office,
        env=os.environ | there,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == UNAVAILABLE, done.stderr
    assert "The clocks of this machine disagree" in done.stderr
    assert "Python's clock says 2100-01-01 00:00:0" in done.stderr
    assert not (office / "published").exists()


@pytest.mark.parametrize("seconds", [-1_814_400, -3, 3, 1_814_400])
def test_two_clocks_of_the_kernel_that_disagree_are_told(
    office: Path, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container may show its own time since it started beside the machine's start."""
    real = clock._started_and_uptime

    def other() -> datetime:
        return real() + timedelta(seconds=seconds)

    monkeypatch.setattr(clock, "_started_and_uptime", other)
    before = tree(office)
    for arguments in (
        ("publish",),
        ("dispatch", *CLEARED, "--yes", "--reason", "a"),
        ("accuracy", "send", "essex"),
        ("accuracy", "send", "essex", "--on", "2014-08-11"),
    ):
        done = attempt(office, *arguments)
        assert done.returncode == UNAVAILABLE, done.stderr
        assert "The clocks of this machine disagree" in done.stderr
        assert "the kernel's clock says 2" in done.stderr
    assert tree(office) == before
    assert attempt(office, "verify").returncode == 0


def test_without_the_kernels_clock_nothing_is_published_and_all_is_read(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "CLOCK_GETTIME", {})
    for arguments in (["publish"], ["dispatch", *CLEARED, "--yes", "--reason", "a"]):
        done = attempt(office, *arguments)
        assert done.returncode == UNAVAILABLE
        assert "Python's clock says 2" in done.stderr
        assert "start and uptime say 2" in done.stderr
        assert "64-bit Python" in done.stderr
    assert not (office / "published").exists()
    for arguments in (["check"], ["log"], ["verify"], ["generate"]):
        assert attempt(office, *arguments).returncode == 0


def test_a_clock_earlier_than_the_record_is_not_trusted(office: Path) -> None:
    done = attempt_process(office, "publish", **faked("2014-09-03 09:59:59"))
    assert done.returncode == 1
    assert "error[clock-behind]: this machine's clock says 2014-09-03 09:59:59 UTC" in done.stderr


def test_an_embargo_that_is_typed_in_lifts_nothing(office: Path) -> None:
    edit(office / "data/inspection.yaml", "until: 2014-09-04 00:01", "until: 2014-09-03 12:00")
    done = attempt_process(office, "publish", **faked("2014-09-03 13:00:00"))
    assert done.returncode == 1
    assert "error[embargo-not-on-record]" in done.stderr
    assert not (office / "published").exists()
    edit(office / "data/inspection.yaml", "until: 2014-09-03 12:00", "until: 2014-09-05 00:01")
    command(office, "generate", *CLEARED)
    done = attempt(office, "dispatch", "kent", "--yes", "--reason", "a")
    assert done.returncode == 1
    assert "data/inspection.yaml:11:10: error[embargo-not-on-record]" in done.stderr


def test_without_a_zone_nothing_is_known(
    of_2014: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "tzdata"
    broken = package / "zoneinfo/Europe"
    broken.mkdir(parents=True)
    for folder in (package, package / "zoneinfo", broken):
        (folder / "__init__.py").touch()
    (broken / "London").write_bytes(b"TZif2" + bytes(20))
    for words in (("publish",), ("embargo",), ("generate", "kent", "--force")):
        done = attempt_process(of_2014, *words, PYTHONPATH=str(tmp_path))
        assert done.returncode == 3, words
        assert "London's time cannot be known" in done.stderr
        assert "Traceback" not in done.stderr
    monkeypatch.setattr(calendar, "resources", None)
    calendar.london.cache_clear()
    with pytest.raises((Unavailable, AttributeError)):
        calendar.in_london(LIFTS)
    monkeypatch.undo()
    calendar.london.cache_clear()


def test_nothing_dispatched_means_nothing_public(ready: Path) -> None:
    read = load(ready)
    found = embargoed(read, "kent", Ledger(()), LIFTS)
    assert [problem.code for problem in found] == ["not-dispatched"]
    with pytest.raises(Refused):
        publish(read, occasion(datetime.now(UTC)), 1)


@pytest.fixture(scope="session")
def public(of_2014: Path, once: Once) -> Path:
    """A workspace whose letters are public; not to be changed."""

    def make(folder: Path) -> None:
        shutil.copytree(of_2014, folder)
        assert attempt(folder, "publish").returncode == 1  # 41 letters are missing

    return once("public", make)


def test_the_public_letter_says_what_was_dispatched(public: Path) -> None:
    for slug in CLEARED:
        sent = _words(pages(public / f"dispatched/{slug}/1/letter.pdf"), slug, STAMP)
        said = _words(pages(public / f"published/1/{slug}.pdf"), slug, "")
        notice = f"Embargoed. This letter must not be published before {MOMENT}."
        assert sorted(sent) == sorted([*said, *notice.split()])
        assert " ".join(sent).replace(notice + " ", "", 1) == " ".join(said)


MOMENT = "00:01 on Thursday 4 September 2014"
HEADS = {
    "kent": "The Chief Constable, 3 September 2014",
    "hertfordshire": "Mr Andy Bliss QPM, 3 September 2014",
}


def _words(texts: list[str], slug: str, stamp: str) -> list[str]:
    """The words of a letter in their order, without stamps, heads, feet and bullets."""
    name = {"kent": "Kent Police", "hertfordshire": "Hertfordshire Constabulary"}[slug]
    said: list[str] = []
    for number, text in enumerate(texts, 1):
        line = " ".join(text.split())
        assert (STAMP in line) == bool(stamp)
        foot = f"{name} Page {number} of {len(texts)}"
        assert foot in line
        for furniture in (stamp, foot, HEADS[slug] if number > 1 else ""):
            assert furniture in line
            line = line.replace(furniture, "", 1)
        said += re.sub("[•○]", "", line).split()
    return said


@pytest.mark.verapdf
def test_the_public_edition_bears_no_mark(public: Path) -> None:
    serial = serial_of(public, "kent")
    for name, data in tree(public / "published").items():
        assert serial.encode() not in data
        assert b"embargoedUntil" not in data
        if name.endswith(".html"):
            assert b"EMBARGO" not in data
    info = subprocess.run(
        ["pdfinfo", public / "published/1/kent.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "EMBARGO" not in info
    assert (
        "Title:           Her Majesty’s Inspectorate of Constabulary: letter to Kent Police" in info
    )
    assert validate(sorted((public / "published/1").glob("*.pdf"))) == []


def test_the_index_leads_to_every_letter(public: Path, browser: Browser) -> None:
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((public / "published/1/index.html").as_uri())
    assert len(requests) == 1
    assert page.locator("li").count() == 43
    assert page.locator("li", has_text="no letter is published").count() == 41
    for link in page.locator("a").all():
        assert (public / "published/1" / str(link.get_attribute("href"))).is_file()
    assert page.locator("a").count() == 4
    for name in ("index.html", "kent.html"):
        page.goto((public / "published/1" / name).as_uri())
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        stamp = "getComputedStyle(document.body, '::before').content"
        assert page.evaluate(stamp) == "none"
    page.close()


def test_what_is_public_is_published_once(public: Path, tmp_path: Path) -> None:
    office = shutil.copytree(public, tmp_path / "office")
    done = attempt(office, "publish")
    assert done.stdout == "2 letters of 43 published already, as they are.\n"
    assert [path.name for path in (office / "published").iterdir()] == ["1"]
    command(office, "verify")
    command(office, "archive", str(tmp_path / "archive"))
    assert (tmp_path / "archive/published/1/index.html").is_file()
    board = command(office, "status", "kent")
    assert re.search(r"kent .*v1 3 Sep 14 +v1 \d", board)


def test_a_damaged_record_publishes_nothing(office: Path) -> None:
    path = unlocked(office) / "dispatched/kent/1/inputs/data/forces/kent.yaml"
    path.write_bytes(path.read_bytes().replace(b"Two.", b"Too."))
    done = attempt(office, "publish")
    assert done.returncode == 1
    assert "error[record-changed]" in done.stderr
    assert not (office / "published").exists()


ONLY_THEN = '{% if edition != "public" %} {% endif %}'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # A word more, a space more, a notice that cannot be told from the letter.
        (
            '<p class="salutation">',
            '<p class="salutation">{% if edition == "public" %}Oh {% endif %}',
            "Oh",
        ),
        ("Yours sincerely", f"Yours sincere{ONLY_THEN}ly", "'sincerely' where the letter says"),
        ('<div class="notices">', "<div>", "the notice does not say"),
    ],
)
def test_no_letter_is_made_that_could_not_be_published(
    ready: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    office = shutil.copytree(ready, tmp_path / "office")
    path = office / "templates/letter.html"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    done = attempt(office, "generate", *CLEARED)
    assert done.returncode == 1
    assert said in done.stderr


def test_no_letter_is_dispatched_that_could_not_be_published(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The margins of the public edition claim something. An earlier version dispatched such."""
    office = shutil.copytree(ready, tmp_path / "office")
    claim = "specimen-public { @top-left { content: 'Inadequate'; font: 10pt 'Liberation Sans' }"
    edit(office / "templates/letter.css", "specimen-public {\n  @top", f"{claim}\n  @top")
    command(office, "generate", *CLEARED)
    done = attempt(office, "dispatch", *CLEARED, "--yes")
    assert done.returncode == 1
    said = "the margins of the public edition say 'Inadequate', and those of the letter do not"
    assert done.stderr.count(f"error[public-differs]: the letter could never be published: {said}")
    assert not (office / "dispatched/kent").exists()

    monkeypatch.setattr(clearance, "_unpublishable", lambda *_: ())
    command(office, "dispatch", *CLEARED, "--yes")
    done = attempt(office, "publish")
    assert done.returncode == 1
    assert done.stderr.count(f"error[public-differs]: the letter is not published: {said}") == 2
    assert not list((office / "published").glob("[0-9]*"))


def stopped_when(
    office: Path, sign: str, words: tuple[str, ...], **said: str
) -> subprocess.Popen[str]:
    """A command that is stopped (SIGSTOP) as soon as a folder or a file with content is there."""
    run = subprocess.Popen(
        [sys.executable, "-m", "hmic_letters", *words],
        cwd=office,
        env=os.environ | said,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not any(at.is_dir() or (at.is_file() and at.stat().st_size) for at in office.glob(sign)):
        assert run.poll() is None, run.communicate()
        time.sleep(0.001)
    run.send_signal(signal.SIGSTOP)
    return run


@pytest.mark.crash
@pytest.mark.parametrize(
    ("words", "sign", "at"),
    [
        (("dispatch", "kent", "--yes", "--reason", "a"), "dispatched/kent/.2.part", "12:00:00"),
        (("publish",), "dispatched/.holder", "23:01:00"),
    ],
)
def test_no_embargo_moves_under_a_run(
    office: Path, words: tuple[str, ...], sign: str, at: str
) -> None:
    run = stopped_when(office, sign, words, **faked(f"2014-09-03 {at}"))
    move = ("embargo", "move", "2014-09-11 00:01", "--reason", "Stop press.")
    refused = attempt_process(office, *move, "--lock-wait", "0", **faked("2014-09-03 23:01:01"))
    run.send_signal(signal.SIGCONT)
    run.communicate()
    assert refused.returncode == 3
    assert f"Another run of hmic-letters (process {run.pid} of " in refused.stderr
    told = command_process(office, *move, **faked("2014-09-03 23:01:02"))
    assert told.count("Wrong now: kent") == (2 if words[0] == "dispatch" else 1)
    assert read_ledger(office).embargo == "2014-09-11T00:01:00+01:00"
    done = attempt_process(office, "publish", **faked("2014-09-04 00:02:00"))
    assert "error[embargoed]" in done.stderr


def test_the_embargo_that_was_moved_is_on_record(of_2014: Path) -> None:
    """Also where a dispatch of before came after it, as in a record of an earlier version."""
    lines = read_ledger(of_2014).lines
    about = {"embargo": "2014-09-11T00:01:00+01:00", "from": "", "reason": ""}
    moved = replace(lines[-1], event=Event.EMBARGO_MOVED, force="", about=about)
    assert Ledger((*lines[:-1], moved, lines[-1])).embargo == about["embargo"]


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("2014-09-05 12:59", "12:59 on Friday 5 September 2014 is past"),
        ("1700-01-01 00:00", "error["),
        ("2014-09-02 00:01", "error[letter-after-embargo]"),
        ("2014-09-04 00:01", "00:01 on Thursday 4 September 2014 is past"),
        ("2014-09-11 00:01", "it lifts at 00:01 on Thursday 11 September 2014 already"),
    ],
)
def test_an_embargo_moves_to_another_moment_to_come(office: Path, until: str, why: str) -> None:
    said = faked("2014-09-05 12:00:00")
    command_process(office, "embargo", "move", "2014-09-11 00:01", "--reason", "a", **said)
    before = tree(office)
    done = attempt_process(office, "embargo", "move", until, "--reason", "a", **said)
    assert done.returncode == 1
    assert why in done.stderr
    assert tree(office) == before


def test_a_move_that_was_killed_is_completed(office: Path) -> None:
    """The file comes first, and lifts nothing without the line."""
    path = office / "data/inspection.yaml"
    edit(path, "until: 2014-09-04 00:01", 'until: "2014-09-11 00:01"')
    said = faked("2014-09-03 12:00:00")
    shown = attempt_process(office, "embargo", **said)
    assert shown.returncode == 1
    assert "2014-09-04T00:01:00+01:00 on record" in shown.stderr
    command_process(office, "embargo", "move", "2014-09-11 00:01", "--reason", "Again.", **said)
    assert read_ledger(office).embargo == "2014-09-11T00:01:00+01:00"


@pytest.mark.crash
def test_a_move_that_cannot_be_recorded_changes_nothing(office: Path) -> None:
    before = tree(office)
    done = subprocess.run(
        [sys.executable, "-m", "hmic_letters", *MOVE],
        cwd=office,
        env=os.environ | faked("2014-09-03 12:00:00"),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)),
    )
    assert done.returncode == 3
    assert f"{office}/ledger: File too large\n  See to the space" in done.stderr
    assert tree(office) == before


MOVE = ("embargo", "move", "2014-09-11 00:01", "--reason", "A new date.")


def test_what_was_dispatched_is_published_or_named(public: Path, tmp_path: Path) -> None:
    office = shutil.copytree(public, tmp_path / "office")
    edit(office / "data/forces/kent.yaml", "name: Kent Police", "name: Kent Constabulary")
    assert attempt(office, "publish").stdout.startswith("2 letters of 43 published already")
    edit(office / "data/inspection.yaml", "\n  - kent\n", "\n")
    (office / "data/forces/kent.yaml").unlink()
    done = attempt(office, "publish")
    assert "error[not-in-register]: kent was dispatched" in done.stderr


def test_what_was_published_is_told_of_a_force(public: Path) -> None:
    told = command(public, "log", "kent")
    assert "published: publication 1; versions hertfordshire 1, kent 1" in told


def test_a_stamp_on_a_public_letter_stops_it(ready: Path, tmp_path: Path) -> None:
    office = shutil.copytree(ready, tmp_path / "office")
    edit(
        office / "templates/letter.html",
        "{% if is_stamped %} data-stamp",
        "{% if 1 %} data-stamp",
    )
    edit(
        office / "templates/letter.html",
        '{% block stamp %}{% if edition == "public" %}',
        "{% block stamp %}{% if 0 %}",
    )
    done = attempt(office, "generate", "kent")
    assert done.returncode == 1
    assert "the public edition bears the stamp 'EMBARGOED" in done.stderr


def test_the_embargo_is_shown(office: Path) -> None:
    told = command_process(office, "embargo", **faked("2014-09-01 22:00:30"))
    assert told == (
        "London   00:01 on Thursday 4 September 2014\n"
        "UTC      2014-09-03 23:01\n"
        "Remains  2 days 1 hour 30 seconds\n"
    )
    assert "it has lifted" in command(office, "embargo")


def test_what_remains_is_said_to_the_second(of_2014: Path) -> None:
    embargo = load(of_2014).inspection.value.shared_embargo
    assert embargo is not None
    assert remains(embargo, LIFTS - timedelta(seconds=61)) == "1 minute 1 second"
    assert remains(embargo, LIFTS - timedelta(milliseconds=1)) == "less than a second"
    assert remains(embargo, LIFTS) == ""


def test_a_moved_embargo_names_the_copies_that_are_wrong(office: Path) -> None:
    path = office / "data/inspection.yaml"
    before = path.read_text("utf-8")
    said = faked("2014-09-03 12:00:00")
    told = command_process(
        office, "embargo", "move", "2014-09-11 00:01", "--reason", "A new date.", **said
    )
    after = path.read_text("utf-8")
    assert after.replace('"2014-09-11 00:01"', "2014-09-04 00:01") == before
    assert "The embargo now lifts at 00:01 on Thursday 11 September 2014." in told
    for slug, holder in (
        ("hertfordshire", "Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary; Kay"),
        ("kent", "The Chief Constable, Kent Police"),
    ):
        copy = serial_of(office, slug)
        assert f"Wrong now: {slug}, version 1, copy {copy}, held by {holder}" in told
    assert "A new date." in command(office, "log")
    # The old copies say another day: they are not published, whenever it is.
    done = attempt_process(office, "publish", **faked("2014-09-11 00:01:00"))
    assert done.returncode == 1
    assert done.stderr.count("error[other-embargo]") == 2
    # Once they are replaced, they are.
    command(office, "generate", *CLEARED)
    reason = ("--reason", "The embargo moved.")
    command_process(office, "dispatch", *CLEARED, "--yes", *reason, **faked("2014-09-04 10:00:00"))
    early = attempt_process(office, "publish", **faked("2014-09-10 23:00:59"))
    assert "error[embargoed]" in early.stderr
    done = attempt_process(office, "publish", **faked("2014-09-10 23:01:00"))
    assert "2 letters of 43 published" in done.stdout


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2015-03-29 01:30", "embargo-time"),
        ("2014-10-26 01:30", "embargo-time"),
        ("4 September", "date"),
        ("2014-02-30 00:01", "date"),
    ],
)
def test_an_embargo_moves_to_a_moment_that_exists(office: Path, until: str, code: str) -> None:
    before = tree(office)
    done = attempt(office, "embargo", "move", until, "--reason", "a")
    assert done.returncode == 1
    assert f"error[{code}]" in done.stderr
    assert tree(office) == before


def test_every_code_is_explained_and_used() -> None:
    used = set()
    for where in ("publication/*.py", "record/*.py", "check/checked.py"):
        paths = (PROJECT / "hmic_letters").glob(where)
        calls = [
            node
            for path in paths
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        ]
        for call in calls:
            function = call.func.id if isinstance(call.func, ast.Name) else ""
            if function in {"Problem", "problem_of"} and isinstance(call.args[1], ast.Constant):
                used.add(call.args[1].value)
    assert used - set(ACCURACY_CHECK) == set(PUBLICATION)
    assert used <= set(codes())
