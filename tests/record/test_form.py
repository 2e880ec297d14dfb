"""The ledger has the form that docs/record.md states, for who reads it without this tool."""

import json
import re
import shutil
from pathlib import Path

import pikepdf
import pytest

from helpers.cleared import attempt, command, serial_of
from helpers.project import PROJECT
from hmic_letters.check.letters.reader import words_of_pages
from hmic_letters.publication.copy.seal import KEY
from hmic_letters.publication.copy.serial import typed_serials
from hmic_letters.record.ledger import Event, Ledger, Line, read_ledger
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.lock import account

DOCUMENT = (PROJECT / "docs/record.md").read_text("utf-8")
# The keys of 'about' that the document names.
ABOUT = {
    "dispatched": {
        *("version", "holder", "copied_to", "serial", "embargo", "letter", "enclosure", "copies"),
        *("data", "inputs"),
    },
    "published": {"versions"},
    "embargo-moved": {"from", "embargo", "reason"},
}


@pytest.fixture
def texts(states: Path) -> list[bytes]:
    """The lines of a ledger with events of every kind but one, as they are in the file."""
    data = (states / "archive-done/ledger/ledger.jsonl").read_bytes()
    assert data.endswith(b"\n")
    return data[:-1].split(b"\n")


def test_a_line_has_the_form_that_the_document_states(texts: list[bytes]) -> None:
    for text in texts:
        held = json.loads(text.decode("utf-8"))
        again = json.dumps(held, sort_keys=True, separators=(", ", ": "), ensure_ascii=False)
        assert again.encode("utf-8") == text


def test_each_line_has_the_hash_of_the_one_before(texts: list[bytes]) -> None:
    previous = "0" * 64
    for number, text in enumerate(texts, 1):
        held = json.loads(text)
        assert (held["number"], held["previous"]) == (number, previous)
        previous = digest(text)


def test_the_document_names_every_key_and_event(texts: list[bytes]) -> None:
    rows = dict(re.findall(r"^\| (`[^|]*`) \| (.*) \|$", DOCUMENT, re.MULTILINE))
    keys = {key for cell in rows for key in re.findall("`([^`]+)`", cell)}
    for text in texts:
        assert json.loads(text).keys() == keys
    assert set(re.findall("`([^`]+)`", rows["`event`"])) == set(Event)


def test_each_event_says_what_the_document_states(states: Path) -> None:
    seen = set()
    for folder in ("archive-done", "move-done"):
        root = states / folder
        for line in read_ledger(root).lines:
            seen.add(line.event)
            assert line.by == account()
            assert line.about.keys() >= ABOUT.get(line.event, set())
            is_of_all = line.event in {Event.PUBLISHED, Event.EMBARGO_MOVED}
            assert bool(line.force) != is_of_all
            assert is_of_all or (root / f"data/forces/{line.force}.yaml").is_file()
            for name in line.files:
                assert (root / name).is_file()
            if line.event is Event.DISPATCHED:
                assert f"passphrases/{line.force}-1.txt" in line.files
                letter = root / f"dispatched/{line.force}/1/letter.pdf"
                assert line.about["letter"] == digest(letter.read_bytes())
                assert line.about["enclosure"] == digest(
                    (root / "national-report.pdf").read_bytes()
                )
            if line.event in {Event.SENT, Event.CLOSED}:
                assert f"data/accuracy/{line.force}.yaml" in line.files
    assert seen == set(Event)


def test_the_later_of_two_lines_holds(states: Path) -> None:
    line = read_ledger(states / "archive-done").lines[0]
    one, other = (
        Line(**{**vars(line), "number": number, "files": {"a": sha}})
        for number, sha in ((1, "1" * 64), (2, "2" * 64))
    )
    assert Ledger((one, other)).files == {"a": "2" * 64}


def test_the_head_is_the_number_and_hash_of_the_last_line(states: Path, texts: list[bytes]) -> None:
    head = (states / "archive-done/ledger/head").read_text("ascii")
    assert head == f"{len(texts)} {digest(texts[-1])}\n"


@pytest.mark.parametrize("name", ["dispatch", "move", "publish"])
def test_the_commands_print_the_hash_of_their_line(name: str, states: Path, tmp_path: Path) -> None:
    office = shutil.copytree(states / name, tmp_path / "office")
    done = attempt(office, *WORDS[name])
    last = read_ledger(office).lines[-1]
    assert last.hash in done.stdout
    if name == "dispatch":
        assert (office / f"dispatched/{last.force}/1/note.txt").read_text().split()[-1] == last.hash
    command(office, "verify", "--head", last.hash)


WORDS = {
    "dispatch": ("dispatch", "kent", "--yes"),
    "move": ("embargo", "move", "2099-09-04 00:01", "--reason", "A reason."),
    "publish": ("publish",),
}


def test_the_log_shows_when_and_by_which_account(sent: Path) -> None:
    lines = read_ledger(sent).concerning("hertfordshire")
    told = command(sent, "log", "hertfordshire").splitlines()
    for line, said in zip(lines, told, strict=True):
        assert f"{line.london[:19].replace('T', ' ')}  {account()}  {line.event}" in said
    note = (sent / "dispatched/hertfordshire/1/note.txt").read_text("utf-8")
    (copied_to,) = lines[-1].about["copied_to"]
    assert copied_to in note
    assert copied_to in command(sent, "log", "hertfordshire", "--json")


def test_proofs_and_letters_have_no_serial(sent: Path, tmp_path: Path) -> None:
    """They are known by their bytes alone."""
    for name in (
        "accuracy/kent/1/kent-proof-1.pdf",
        "dispatched/kent/1/letter.pdf",
        "letters/embargoed/kent.pdf",
    ):
        data = (sent / name).read_bytes()
        with pikepdf.open(sent / name) as pdf:
            assert KEY not in pdf.docinfo
        said = " ".join(words_of_pages(data))
        assert not set(typed_serials(said)) & {serial_of(sent, "kent")}
        told = command(sent, "trace", name)
        assert told.startswith("no marked copy, but a file of line ")
        changed = tmp_path / "changed.pdf"
        changed.write_bytes(data + b"\n")
        assert attempt(sent, "trace", str(changed)).returncode == 1
