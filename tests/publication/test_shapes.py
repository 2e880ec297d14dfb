"""Inspections without an embargo or a check, forces that get no letter, embargoes of their own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers.cleared import attempt, command
from helpers.kinds import of_kind
from helpers.project import edit
from hmic_letters.data.load import load
from hmic_letters.problem import Refused
from hmic_letters.publication.publish import embargoed
from hmic_letters.record.clock import has_lifted
from hmic_letters.record.ledger import Event, read_ledger

LATER = "2099-01-22 00:01"
OWN = f"embargo:\n  until: {LATER}\n  zone: Europe/London\n"


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """Letters to two fire and rescue services, with an embargo that has lifted."""
    return of_kind("fire-services", tmp_path / "services")


def write(workspace: Path, force: str, more: str) -> None:
    path = workspace / f"data/forces/{force}.yaml"
    path.write_text(path.read_text("utf-8") + more, "utf-8")


def dispatch(workspace: Path, *forces: str) -> str:
    command(workspace, "generate")
    return command(workspace, "dispatch", *(forces or ("--all",)), "--yes")


def test_a_force_that_is_not_inspected_gets_no_letter_and_is_known(services: Path) -> None:
    command(services, "generate")
    assert {path.stem for path in (services / "letters/embargoed").glob("*.pdf")} == {
        "southmere",
        "highdown",
    }
    assert "lowfield" not in command(services, "status")
    edit(services / "data/forces/highdown.yaml", "Its volunteers", "Its Lowfield volunteers")
    done = attempt(services, "check")
    assert "error[another-force]: 'Lowfield" in done.stdout
    write(services, "lowfield", "nam: X\n")
    assert (
        "error[unread-not-inspected]: 'nam' is not a key here" in attempt(services, "check").stdout
    )


def test_an_inspection_without_a_check_has_sent_no_proof(services: Path) -> None:
    done = attempt(services, "accuracy", "send", "southmere")
    assert done.returncode == 1
    assert "this inspection has no accuracy check: Each service" in done.stdout + done.stderr
    inspection = services / "data/inspection.yaml"
    none = "accuracy_check:\n  none: Each service read its letter before it was agreed.\n"
    edit(inspection, none, "")
    command(services, "accuracy", "send", "southmere", "--on", "2025-01-10")
    edit(inspection, "template:", f"{none}template:")
    said = attempt(services, "check").stdout
    assert (
        "error[accuracy-check-on-record]: there is an accuracy check on record: southmere" in said
    )
    done = attempt(services, "dispatch", "--all", "--yes")
    assert "accuracy-check-on-record" in done.stderr
    assert not read_ledger(services).of(Event.DISPATCHED)


@pytest.mark.dispatched
def test_no_embargo_is_refused_where_one_is_on_record(services: Path) -> None:
    dispatch(services, "southmere")
    inspection = services / "data/inspection.yaml"
    edit(inspection, "  until: 2025-01-22 00:01\n  zone: Europe/London\n", "  none: It is late.\n")
    edit(
        services / "templates/fire-services.html",
        " This letter is published on {{ embargo.day }} at {{ embargo.time }}.",
        "",
    )
    command(services, "generate")
    for words in (("dispatch", "highdown", "--yes"), ("publish",), ("embargo",)):
        done = attempt(services, *words)
        assert done.returncode == 1, words
        assert "the embargo is none here, and 2025-01-22T00:01:00+00:00 on record" in (
            done.stdout + done.stderr
        )
    assert not read_ledger(services).of(Event.PUBLISHED)


@pytest.mark.dispatched
def test_an_embargo_is_refused_where_none_is_on_record(tmp_path: Path) -> None:
    workspace = of_kind("committee", tmp_path / "committee")
    dispatch(workspace)
    none = "  none: The committee decides when it publishes evidence.\n"
    edit(workspace / "data/inspection.yaml", none, OWN.partition("\n")[2])
    done = attempt(workspace, "publish")
    assert "and none on record" in done.stdout + done.stderr
    command(workspace, "embargo", "move", LATER, "--reason", "The committee asked for it.")
    assert read_ledger(workspace).embargo == "2099-01-22T00:01:00+00:00"


@pytest.mark.dispatched
def test_what_has_lifted_is_published_and_what_has_not_is_named(services: Path) -> None:
    write(services, "southmere", OWN)
    plan = dispatch(services)
    assert "embargoed until 00:01 on Wednesday 22 January 2025" in plan
    assert "embargoed until 00:01 on Thursday 22 January 2099" in plan
    command(services, "check", "southmere", "--letters")
    said = command(services, "publish")
    assert "southmere: not yet; embargoed until 00:01 on Thursday 22 January 2099" in said
    assert "1 letter of 2 published" in said
    public = services / "published/1"
    assert {path.name for path in public.iterdir()} == {
        "highdown.html",
        "highdown.pdf",
        "index.html",
    }
    index = (public / "index.html").read_text("utf-8")
    assert "Highdown" in index
    assert "Southmere" not in index
    assert "published already" in command(services, "publish")
    assert "southmere alone:\nLondon   00:01 on Thursday 22 January 2099" in command(
        services, "embargo"
    )
    command(services, "embargo", "move", "2098-01-22 00:01", "southmere", "--reason", "A test.")
    assert 'until: "2098-01-22 00:01"' in (services / "data/forces/southmere.yaml").read_text()
    command(services, "generate")
    ledger = read_ledger(services)
    assert ledger.own_embargo("southmere") == "2098-01-22T00:01:00+00:00"
    assert ledger.embargo == "2025-01-22T00:01:00+00:00"
    assert not has_lifted(ledger, ["southmere"])
    assert not has_lifted(ledger, ["highdown", "southmere"])
    assert has_lifted(ledger, ["highdown"])
    command(services, "verify")


@pytest.mark.dispatched
def test_a_force_s_own_embargo_lifts_nothing_that_is_not_on_record(services: Path) -> None:
    inspection = services / "data/inspection.yaml"
    edit(inspection, "until: 2025-01-22 00:01", "until: 2099-01-22 00:01")
    dispatch(services, "southmere")
    early = OWN.replace("2099", "2025")
    # One that was dispatched, and one that was not.
    for force in ("southmere", "highdown"):
        write(services, force, early)
    command(services, "generate")
    done = attempt(services, "dispatch", "highdown", "--yes")
    assert "2025-01-22T00:01:00+00:00 here, and 2099-01-22T00:01:00+00:00 on rec" in done.stderr
    done = attempt(services, "publish")
    assert done.returncode == 1
    assert "on record" in done.stdout + done.stderr
    assert not (services / "published").exists()
    read, ledger = load(services), read_ledger(services)
    found = embargoed(read, "southmere", ledger, datetime.now(UTC))
    assert "embargo-not-on-record" in {one.code for one in found}


def test_an_embargo_of_its_own_comes_into_a_file_that_has_none(services: Path) -> None:
    path = services / "data/forces/southmere.yaml"
    before = path.read_bytes()
    command(services, "embargo", "move", LATER, "southmere", "--reason", "Its report is late.")
    assert path.read_bytes() == before + b"\n" + OWN.encode()
    assert load(services).embargo("highdown") != load(services).embargo("southmere")
    done = attempt(services, "embargo", "move", "2099-02-30 00:01", "highdown", "--reason", "a")
    assert "there is no '2099-02-30 00:01'" in done.stdout + done.stderr
    lines = [json.loads(one) for one in (services / "ledger/ledger.jsonl").read_text().splitlines()]
    assert [(one["event"], one["force"]) for one in lines] == [("embargo-moved", "southmere")]


def test_words_are_emphasised_and_points_have_points_all_the_way(services: Path) -> None:
    inspection = services / "data/inspection.yaml"
    none = "accuracy_check:\n  none: Each service read its letter before it was agreed.\n"
    edit(inspection, none, "")
    old = "The service gave its staff what they needed to work from home in Southmere."
    new = (
        ">-\n        The service gave *all* its staff what they needed:\n      points:\n"
        "        - text: tools, which were\n          points: [old; and, slow; and]\n"
        "        - time."
    )
    edit(services / "data/forces/southmere.yaml", old, new)
    assert attempt(services, "check", "southmere").returncode == 0
    command(services, "generate", "southmere")
    page = (services / "letters/embargoed/southmere.html").read_text("utf-8")
    assert "gave <em>all</em> its staff" in page
    command(services, "check", "southmere", "--letters")
    command(services, "accuracy", "send", "southmere", "--on", "2025-01-10")
    checked = (services / "data/accuracy/southmere.yaml").read_text("utf-8")
    assert "gave *all* its staff" in checked
    assert "– old; and" in checked
    wording = (
        "The service gave its *own* staff what they needed: • tools, which were • – good; and "
        "• – quick; and • time."
    )
    check = services / "data/accuracy/southmere.yaml"
    point = {
        "id": "P1",
        "proof": 1,
        "finding": "P2",
        "class": "B",
        "point": "It is otherwise.",
        "wording": wording,
        "evidence": "Report, page 1",
        "author": "Ines Carvalho",
    }
    check.write_text(f"{checked}points: {json.dumps([point], ensure_ascii=False)}\n", "utf-8")
    decided = ("southmere", "P1", "accepted", "--by", "Jo Quill", "--on", "2025-01-12")
    command(services, "accuracy", "decide", *decided)
    command(services, "accuracy", "apply", "southmere")
    force = load(services).forces["southmere"].value
    finding = force.findings["preparing"][1]
    assert finding.text == "The service gave its *own* staff what they needed:"
    assert finding.lines == ("tools, which were", "– good; and", "– quick; and", "time.")
    command(services, "generate", "southmere")
    assert "its <em>own</em> staff" in (services / "letters/embargoed/southmere.html").read_text()


def test_a_moment_a_second_before_its_own_embargo(services: Path) -> None:
    write(services, "southmere", OWN)
    read, ledger = load(services), read_ledger(services)
    embargo = read.embargo("southmere")
    assert embargo is not None
    for seconds, refused in ((-1, True), (0, False)):
        at = embargo.moment.astimezone(UTC) + timedelta(seconds=seconds)
        codes = {one.code for one in embargoed(read, "southmere", ledger, at)}
        assert ("embargoed" in codes) == refused
    with pytest.raises(Refused):
        raise Refused(embargoed(read, "southmere", ledger, embargo.moment))


WELSH = """\
name: Gwasanaeth Tân ac Achub Southmere
inspector: ada-lindqvist
addressee:
  name: Malakai Fonoti
  office: Prif Swyddog Tân
  salutation: Annwyl Malakai
  email: chief@southmere.example
findings:
  preparing:
    - id: P1
      text: Roedd gan Southmere gynllun ar gyfer pandemig ers yr wythnos gyntaf.
  looking-forward: []
"""


@pytest.fixture
def pair(services: Path) -> Path:
    """The same, with the letter to Southmere in Welsh, too."""
    edit(services / "data/inspection.yaml", "[southmere, ", "[southmere, southmere-cymraeg, ")
    inspection = services / "data/inspection.yaml"
    more = "translations: {southmere-cymraeg: southmere}\n"
    inspection.write_text(inspection.read_text("utf-8") + more, "utf-8")
    (services / "data/forces/southmere-cymraeg.yaml").write_text(WELSH, "utf-8")
    southmere = services / "data/forces/southmere.yaml"
    edit(southmere, "salutation: ", "email: chief@southmere.example\n  salutation: ")
    template = services / "templates/fire-services.html"
    edit(template, "Between August", "Of {{ inspection.forces | length }} services: between August")
    return services


@pytest.mark.dispatched
def test_a_force_with_letters_in_two_languages_counts_once(pair: Path) -> None:
    assert "no problems" in attempt(pair, "check").stderr
    dispatch(pair)
    page = (pair / "letters/embargoed/southmere-cymraeg.html").read_text("utf-8")
    assert "Of 3 services: between August" in page
    assert "3 letters of 3 published" in command(pair, "publish")


@pytest.mark.dispatched
def test_no_letter_goes_without_the_same_in_another_language(pair: Path) -> None:
    welsh = pair / "data/forces/southmere-cymraeg.yaml"
    edit(welsh, "ers yr wythnos gyntaf", "ers [dyddiad] TBC")
    command(pair, "generate", "southmere", "highdown")
    done = attempt(pair, "dispatch", "--all", "--yes")
    assert done.returncode == 1
    assert "error[pair-not-ready]: it goes out together with southmere-cymraeg" in done.stderr
    assert {line.force for line in read_ledger(pair).of(Event.DISPATCHED)} == {"highdown"}
    edit(welsh, "ers [dyddiad] TBC", "ers yr wythnos gyntaf")
    command(pair, "generate")
    assert "pair-not-ready" in attempt(pair, "dispatch", "southmere", "--yes").stderr
    command(pair, "dispatch", "southmere", "southmere-cymraeg", "--yes")
    # An embargo typed into the Welsh letter's file keeps both back.
    write(pair, "southmere-cymraeg", OWN)
    done = attempt(pair, "publish")
    assert "1 letter of 3 published" in done.stdout
    assert not (pair / "published/1/southmere.pdf").exists()
    assert "pair-not-ready" in done.stdout + done.stderr


def test_a_translation_is_of_a_letter_that_there_is(pair: Path) -> None:
    edit(pair / "data/inspection.yaml", "cymraeg: southmere}", "cymraeg: southmre}")
    said = attempt(pair, "check").stdout
    assert "error[unknown-translation]: there is no letter to 'southmre'" in said
    assert "Did you mean 'southmere'?" in said
