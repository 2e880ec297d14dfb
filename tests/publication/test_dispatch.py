"""Letters go out sealed and marked, to the right holder, and only if they are ready."""

import io
import json
import math
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from inotify_simple import INotify, flags
from PIL import Image, ImageChops

from helpers.cleared import (
    CLEARED,
    PAGES,
    REPORT,
    attempt,
    attempt_process,
    command,
    command_process,
    copy_of,
    passphrase,
    report,
    serial_of,
    tree,
)
from helpers.conformance import validate
from helpers.project import edit
from helpers.running import COMMAND, without_privileges
from helpers.tree import faults
from hmic_letters.check.letters.ocr import feet, read_foot
from hmic_letters.check.letters.reader import pictures
from hmic_letters.publication.copy.enclosure import embedded
from hmic_letters.publication.copy.passphrase import new_passphrase
from hmic_letters.publication.copy.seal import Unsealable, sealed

STAMP = "EMBARGOED until 00:01 on Thursday 4 September 2014"
HOLDER = "Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary"


def test_the_plan_is_shown_and_nothing_done(office: Path) -> None:
    before = tree(office)
    told = command(office, "dispatch", "hertfordshire", "kent")
    assert told == (
        f"hertfordshire: version 1, copy for {HOLDER}\n"
        "  to Mr Andy Bliss QPM, Chief Constable <no e-mail address in its file>\n"
        "  copied to Kay Lancaster, HMIC Liaison Officer <no e-mail address in its file>\n"
        f"  encloses hertfordshire-letter.pdf and {REPORT}\n"
        "  embargoed until 00:01 on Thursday 4 September 2014\n"
        "kent: version 1, copy for The Chief Constable, Kent Police\n"
        "  to The Chief Constable <chief@kent.example>\n"
        f"  encloses kent-letter.pdf and {REPORT}\n"
        "  embargoed until 00:01 on Thursday 4 September 2014\n"
        "Nothing was done yet: add --yes.\n"
    )
    assert tree(office) == before


def test_a_report_with_damaged_metadata_goes_out(office: Path) -> None:
    with pikepdf.open(office / REPORT, allow_overwriting_input=True) as pdf:
        pdf.Root.Metadata = pikepdf.Stream(pdf, b"<no metadata")
        pdf.save(office / REPORT)
    done = attempt(office, "dispatch", "kent", "--yes")
    lifted = "Warning: kent: its embargo lifted at 00:01 on Thursday 4 September 2014.\n"
    assert (done.returncode, done.stderr) == (0, lifted)


def test_what_lies_in_the_place_of_a_version_is_not_overwritten(office: Path) -> None:
    path = office / "dispatched/kent/1/mine.txt"
    path.parent.mkdir(parents=True)
    path.write_text("Mine.")
    assert "error[record-added]: it is there already" in refusal(office, "kent")
    path.unlink()
    path.parent.rmdir()
    (office / "passphrases").mkdir(mode=0o755)
    (office / "dispatched").chmod(0o755)
    command(office, "dispatch", "kent", "--yes")
    for name in ("dispatched", "passphrases"):
        assert stat.S_IMODE((office / name).stat().st_mode) == 0o700


def refusal(office: Path, slug: str, *more: str) -> str:
    """Why a force's letter does not go out; nothing is made."""
    before = tree(office)
    done = attempt(office, "dispatch", slug, "--yes", *more)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert {name: data for name, data in tree(office).items() if ".holder" not in name} == before
    return done.stderr


def test_specimens_stay_here(office: Path) -> None:
    assert "error[specimen-letter]" in refusal(office, "surrey")
    assert "Not dispatched: surrey (the letter holds specimen text, and no findings)." in refusal(
        office, "surrey"
    )


def test_a_force_with_errors_stays_here(office: Path) -> None:
    edit(office / "data/forces/kent.yaml", "findings:\n", "findigns:\n")
    assert "error[unknown-key]: 'findigns' is not a key here" in refusal(office, "kent")


def test_a_stale_letter_stays_here(office: Path) -> None:
    edit(office / "data/forces/kent.yaml", "salutation: Dear Chief", "salutation: Dear Chief Dear")
    assert "error[stale-letter]: changed since it was made: force" in refusal(office, "kent")


def test_an_altered_letter_stays_here(office: Path) -> None:
    with (office / "letters/embargoed/kent.pdf").open("ab") as file:
        file.write(b"\n")
    assert "error[altered-letter]" in refusal(office, "kent")


def test_an_open_accuracy_check_keeps_the_letter_here(office: Path) -> None:
    path = office / "data/accuracy/kent.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("closed:")], "utf-8")
    assert "error[open-check]: the accuracy check is not closed" in refusal(office, "kent")
    path.unlink()
    assert "error[open-check]: the force was sent no proof" in refusal(office, "kent")
    path.write_text("proofs: [")
    assert "data/accuracy/kent.yaml" in refusal(office, "kent")


def test_findings_changed_after_the_check_keep_the_letter_here(office: Path) -> None:
    edit(office / "data/forces/kent.yaml", "text: Two.", "text: Three.")
    command(office, "generate", "kent")
    assert "error[changed-since-closing]" in refusal(office, "kent")


def test_what_the_letter_says_is_attached_has_to_be_there(office: Path) -> None:
    edit(office / "data/inspection.yaml", f"\nenclosure: {REPORT}", "")
    told = refusal(office, "kent")
    assert "the letter says 'Attached is', and the inspection has no enclosure" in told


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "a pipe",
        "no PDF",
        "encrypted",
        "without pages",
        "of no size",
        "askew",
        "turned oddly",
        "noted over",
    ],
)
def test_an_enclosure_that_cannot_be_stamped_is_refused(office: Path, kind: str) -> None:
    path = office / REPORT
    if kind == "missing":
        path.unlink()
    elif kind == "no PDF":
        path.write_bytes(b"a report")
    elif kind == "a pipe":
        path.unlink()
        os.mkfifo(path)
    else:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            if kind == "without pages":
                del pdf.pages[:]
            elif kind == "of no size":
                pdf.pages[1].obj.MediaBox = pikepdf.Array([0, 0, 0, 0])
            elif kind == "askew":
                pdf.pages[1].obj.Rotate = 45
            elif kind == "turned oddly":
                pdf.pages[1].obj.Rotate = pikepdf.Name.A
            elif kind == "noted over":
                note = pikepdf.Dictionary(
                    Subtype=pikepdf.Name.Square, Rect=pikepdf.Array([0, -60, 595, 60])
                )
                pdf.pages[1].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])
            how = pikepdf.Encryption(owner="a", user="") if kind == "encrypted" else False
            pdf.save(path, encryption=how)
    told = refusal(office, "kent")
    assert "data/inspection.yaml" in told
    assert "error[enclosure]: the enclosure " in told


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("kent-letter.pdf", "it has the name that a letter goes out by"),
        ("kent.eml", "its name does not end in .pdf"),
        ("../report.pdf", "it is outside the workspace"),
    ],
)
def test_an_enclosure_takes_no_letters_place(office: Path, name: str, why: str) -> None:
    shutil.copy(office / REPORT, office / name)
    edit(office / "data/inspection.yaml", f"enclosure: {REPORT}", f"enclosure: {name}")
    assert why in refusal(office, "kent")


def test_a_long_name_has_two_lines_in_the_mark_and_no_more(office: Path) -> None:
    kent = office / "data/forces/kent.yaml"
    edit(kent, "addressee:\n", f"addressee:\n  style: Ms\n  name: {'Ann Other ' * 9}\n")
    command(office, "generate", "kent")
    command(office, "dispatch", "kent", "--yes")
    with pypdfium2.PdfDocument(copy_of(office, "kent"), password=passphrase(office, "kent")) as one:
        said = " ".join(one[0].get_textpage().get_text_range().split())
    assert f"Copy for Ms {'Ann Other ' * 9}".strip() in said
    kent.write_text(kent.read_text().replace("Ann Other", "Ann Mary Other Another " * 3, 9))
    command(office, "generate", "kent")
    told = refusal(office, "kent", "--reason", "a")
    assert "does not fit" in told


def test_no_text_of_a_letter_comes_into_a_log(office: Path) -> None:
    edit(office / "data/forces/kent.yaml", "text: Two.", "text: One TBC for nobody to read.")
    told = refusal(office, "kent")
    assert "data/forces/kent.yaml:15:" in told
    assert "nobody to read" not in told


def test_what_a_person_should_think_of_is_said(office: Path) -> None:
    edit(office / "data/forces/kent.yaml", "  email: chief@kent.example\n", "")
    edit(office / "data/forces/kent.yaml", "inspector: zoe-billingham", "inspector: eastern-region")
    command(office, "generate", "kent")
    done = attempt(office, "dispatch", "kent")
    assert done.stderr == (
        "Warning: kent: no e-mail address is known, so the draft has no addressee.\n"
        "Warning: kent: nobody is named under 'Yours sincerely': the letter has no HM Inspector's "
        "name.\n"
        "Warning: kent: its embargo lifted at 00:01 on Thursday 4 September 2014.\n"
    )


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_the_record_of_the_check_is_its_owners_alone(office: Path, umask: int) -> None:
    shutil.rmtree(office / "data/accuracy")
    subprocess.run(
        [*COMMAND, "accuracy", "send", "kent", "--on", "2014-08-11"],
        cwd=office,
        check=True,
        capture_output=True,
        umask=umask,
    )
    for path in (office / "data/accuracy", *(office / "data/accuracy").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_the_slip_says_what_it_opens_and_how(sent: Path) -> None:
    slip = (sent / "passphrases/hertfordshire-1.txt").read_text("utf-8")
    assert "Copied to Kay Lancaster, HMIC Liaison Officer, who opens it with the same." in slip
    assert f"It opens hertfordshire-letter.pdf and {REPORT}." in slip
    assert "small letters, with a hyphen and no space between them" in slip
    told = command(sent, "trace", str(copy_of(sent, "hertfordshire")))
    assert "copied to Kay Lancaster, HMIC Liaison Officer" in told


@pytest.mark.parametrize("reason", ["", " ", "bad \udcff bytes", "two\nlines"])
def test_a_reason_can_be_recorded(office: Path, reason: str) -> None:
    for words in (("dispatch", "kent", "--yes"), ("embargo", "move", "2099-01-01 00:01")):
        done = attempt(office, *words, "--reason", reason)
        assert done.returncode == 2
        assert "say it in letters, on one line" in done.stderr


def test_the_good_go_out_where_others_do_not(office: Path) -> None:
    done = attempt(office, "dispatch", "--all", "--yes")
    assert done.returncode == 1
    assert {path.name for path in (office / "dispatched").iterdir()} == set(CLEARED)
    (told,) = re.findall(r"Not dispatched: (.*) \(the letter holds specimen", done.stderr)
    assert len(told.split(", ")) == 41


def test_nobody_else_can_read_what_went_out(office: Path) -> None:
    def lift() -> None:
        os.umask(0)

    subprocess.run(
        [*COMMAND, "dispatch", "kent", "--yes"],
        cwd=office,
        check=True,
        capture_output=True,
        preexec_fn=lift,
    )
    for name in ("dispatched", "passphrases", "ledger"):
        found = [office / name, *(office / name).rglob("*")]
        assert len(found) > 1
        for path in found:
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode & 0o077 == 0, path
            if name == "dispatched" and "1" in path.relative_to(office).parts:
                assert mode & 0o222 == 0, path


def test_the_passphrase_stands_in_its_own_file_alone(sent: Path) -> None:
    for slug in CLEARED:
        secret = passphrase(sent, slug).encode()
        holding = [name for name, data in tree(sent).items() if secret in data]
        assert holding == [f"passphrases/{slug}-1.txt"]
    told = command(sent, "log") + command(sent, "verify")
    assert passphrase(sent, "kent") not in told


def test_passphrases_are_words_of_eighty_bits_and_more() -> None:
    some = {new_passphrase() for _ in range(50)}
    assert len(some) == 50
    for one in some:
        assert re.fullmatch(r"[a-z]{4,8}(-[a-z]{4,8}){6}", one)
    words = {word for one in some for word in one.split("-")}
    # 350 draws of at least 2,766 words (eleven and a half bits each) seldom repeat.
    assert len(words) > 290


def test_passphrases_are_seven_words_of_6134(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[str]] = []

    def draw(words: list[str], numwords: int, delimiter: str) -> str:
        drawn.append(words)
        return delimiter.join(words[:numwords])

    monkeypatch.setattr("xkcdpass.xkcd_password.generate_xkcdpassword", draw)
    assert len(new_passphrase().split("-")) == 7
    assert len(set(drawn[0])) == 6_134
    assert int(math.log2(6_134) * 7) == 88


@pytest.mark.parametrize("name", ["hertfordshire-letter.pdf", REPORT])
def test_two_readers_open_a_copy_with_its_passphrase_alone(sent: Path, name: str) -> None:
    path = sent / "dispatched/hertfordshire/1/sent" / name
    right = passphrase(sent, "hertfordshire")
    for wrong in (None, "", passphrase(sent, "kent"), right.upper()):
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(path, password=wrong)
        assert pypdf.PdfReader(path).decrypt(wrong or "") == pypdf.PasswordType.NOT_DECRYPTED
    with pypdfium2.PdfDocument(path, password=right) as document:
        by_pdfium = document[0].get_textpage().get_text_range()
    reader = pypdf.PdfReader(path)
    assert reader.decrypt(right) == pypdf.PasswordType.USER_PASSWORD
    by_pypdf = reader.pages[0].extract_text()
    for text in (by_pdfium, by_pypdf):
        assert serial_of(sent, "hertfordshire") in text
    allowed = reader.user_access_permissions
    assert allowed is not None
    assert pypdf.constants.UserAccessPermissions.EXTRACT_TEXT_AND_GRAPHICS in allowed
    assert b"Hertfordshire" not in path.read_bytes()


def opened(workspace: Path, name: str, to: Path, slug: str = "hertfordshire") -> Path:
    path = workspace / f"dispatched/{slug}/1/sent" / name
    with pikepdf.open(path, password=passphrase(workspace, slug)) as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
        assert pdf.allow.accessibility
        pdf.save(to)
    return to


@pytest.mark.verapdf
def test_a_copy_keeps_tags_and_language(sent: Path, tmp_path: Path) -> None:
    letter = opened(sent, "hertfordshire-letter.pdf", tmp_path / "letter.pdf")
    assert faults(letter) == []
    with pikepdf.open(letter) as pdf:
        assert pdf.Root.Lang == "en-GB"
        said = pdf.open_metadata()
        assert "pdfaid:part" not in said
        assert said["pdfuaid:part"] == "1"
    assert validate([letter], "ua1") == []
    assert validate([opened(sent, REPORT, tmp_path / "report.pdf")], "ua1") == []


def test_a_copy_says_what_the_letter_says_and_whose_it_is(sent: Path) -> None:
    letter = sent / "letters/embargoed/hertfordshire.pdf"
    serial, right = serial_of(sent, "hertfordshire"), passphrase(sent, "hertfordshire")
    with (
        pypdfium2.PdfDocument(letter) as plain,
        pypdfium2.PdfDocument(copy_of(sent, "hertfordshire"), password=right) as copy,
    ):
        assert len(plain) == len(copy) == 4
        for one, other in zip(plain, copy, strict=True):
            mark = f"Copy for {HOLDER} – {serial}"
            words = other.get_textpage().get_text_range().split()
            said = " ".join(words)
            assert said.count(mark) == 1
            assert said.replace(mark, "").split() == one.get_textpage().get_text_range().split()


def test_every_page_of_the_report_is_stamped_beside_its_content(sent: Path) -> None:
    right = passphrase(sent, "hertfordshire")
    with (
        pypdfium2.PdfDocument(sent / REPORT) as plain,
        pypdfium2.PdfDocument(
            sent / "dispatched/hertfordshire/1/sent" / REPORT, password=right
        ) as copy,
    ):
        assert len(plain) == len(copy) == PAGES
        for one, other in zip(plain, copy, strict=True):
            said = other.get_textpage().get_text_range()
            assert "EMBARGOED until 00:01 on Thursday 4 September 2014" in said
            assert f"Copy for {HOLDER}" in said
            width, height = one.get_size()
            strip = width / 21
            assert other.get_size() == pytest.approx((width, height + 2 * strip), abs=0.1)


def foot_of(picture: bytes) -> str:
    """The text at the foot of a page, as it lies."""
    with Image.open(io.BytesIO(picture)) as image:
        return read_foot(next(feet(image.convert("L"))), 2480)


@pytest.mark.ocr
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "box", [None, [50, 100, 450, 700], [-20, -30, 1000, 400], [450, 700, 50, 100]]
)
def test_the_mark_can_be_read_on_a_page_that_lies_in_any_way(
    turned: int, box: list[int] | None, sent: Path
) -> None:
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(report())) as pdf:
        for page in pdf.pages:
            page.obj.Rotate = turned
            if box:
                page.obj.MediaBox = pikepdf.Array([-50, -50, 1100, 900])
                page.obj.CropBox = pikepdf.Array(box)
        pdf.save(plain)
    strips = strips_of(sent)
    data = sealed(embedded(plain.getvalue())[0], strips, "7HKM-PRAC", "a", STAMP)
    (first, *_) = pictures(data, 4, "a")
    assert "7HKM-PRAC" in foot_of(first).replace(" ", "")


@pytest.mark.ocr
@pytest.mark.parametrize(
    "content",
    [
        b"q 0.1 0 0 0.1 0 0 cm q 1 0 0 1 0 0 cm ",
        b"Q 5 0 0 5 900 900 cm ",
        b"0.1 0 0 0.1 0 0 cm q ",
        b"Q Q q q q 1 0 0 1 0 0 cm (Q) pop ",
    ],
)
def test_no_page_takes_its_mark_away(content: bytes, sent: Path) -> None:
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(report())) as pdf:
        for page in pdf.pages:
            page.contents_add(content, prepend=True)
        pdf.save(plain)
    data = sealed(embedded(plain.getvalue())[0], strips_of(sent), "7HKM-PRAC", "a", STAMP)
    for picture in pictures(data, 4, "a"):
        assert "7HKM-PRAC" in foot_of(picture).replace(" ", "")
        head = io.BytesIO()
        with Image.open(io.BytesIO(picture)) as image:
            # Its head in the place of its foot.
            ImageChops.offset(image, 0, -image.height // 21).save(head, "PNG")
        assert "EMBARGOED" in foot_of(head.getvalue())


def strips_of(workspace: Path) -> bytes:
    """The strips that bear a mark, with a serial that pictures are read for."""
    from hmic_letters.data.load import load  # noqa: PLC0415
    from hmic_letters.letter.render import Renderer  # noqa: PLC0415
    from hmic_letters.pdf.press import Press  # noqa: PLC0415

    read = load(workspace)
    values = {
        "holder": HOLDER,
        "serial": "7HKM-PRAC",
        "embargo": read.inspection.value.shared_embargo,
    }
    html = Renderer(read.templates).fill("mark.html", values)
    return Press(read.templates).print_strips(html, "mark.html")


def test_what_is_no_pdf_cannot_be_sealed(sent: Path) -> None:
    with pytest.raises(Unsealable, match="cannot be read"):
        sealed(b"no PDF", strips_of(sent), "7HKM-PRAC", "a", STAMP)


def test_the_draft_can_be_sent_as_it_is(sent: Path) -> None:
    data = (sent / "dispatched/kent/1/sent/kent.eml").read_bytes()
    message = message_from_bytes(data, policy=default)
    assert message["X-Unsent"] == "1"
    assert message["To"] == "chief@kent.example"
    assert message["Date"] is None
    assert message["From"] is None
    assert message["Subject"] == (
        "EMBARGOED until 00:01 on Thursday 4 September 2014: letter to Kent Police"
    )
    body = message.get_body()
    assert body is not None
    text = body.get_content()
    assert "This must not be published before 00:01 on Thursday 4 September 2014." in text
    assert f"serial {serial_of(sent, 'kent')}" in text
    held = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    folder = sent / "dispatched/kent/1/sent"
    assert held == {name: (folder / name).read_bytes() for name in ("kent-letter.pdf", REPORT)}


def test_it_goes_out_again_for_a_reason_alone(office: Path) -> None:
    command(office, "dispatch", "kent", "--yes")
    first = tree(office / "dispatched/kent/1")

    same = command(office, "dispatch", "kent", "--yes")
    assert same.startswith("kent: dispatched as it is, as version 1.")
    edit(
        office / "data/forces/kent.yaml", "salutation: Dear Chief", "salutation: Dear Sir or Chief"
    )
    command(office, "generate", "kent")
    told = refusal(office, "kent")
    assert "error[dispatched-before]: version 1 was dispatched on" in told
    done = command(office, "dispatch", "kent", "--yes", "--reason", "A new salutation.")

    assert "kent: version 2, copy" in done
    assert tree(office / "dispatched/kent/1") == first
    serials = set()
    for version in (1, 2):
        # The old passphrase still opens the old copy.
        right = passphrase(office, "kent", version)
        with pypdfium2.PdfDocument(copy_of(office, "kent", version), password=right) as pdf:
            serials |= set(
                re.findall("[0-9A-Z]{4}-[0-9A-Z]{4}", pdf[0].get_textpage().get_text_range())
            )
    assert len(serials) == 2
    assert passphrase(office, "kent", 1) != passphrase(office, "kent", 2)
    assert "version 2" in command(office, "log", "kent")
    assert "A new salutation." in command(office, "log", "kent")
    status = json.loads(command(office, "status", "--json"))
    (row,) = (row for row in status if row["slug"] == "kent")
    assert row["dispatched"]["version"] == 2


def test_two_at_once_one_is_told_who_is_at_work(office: Path) -> None:
    hold = (
        "import sys, pathlib; from hmic_letters.workspace.store import hold\n"
        "with hold(pathlib.Path('dispatched')): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold],
        cwd=office,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = attempt(office, "dispatch", "kent", "--yes", "--lock-wait", "0")
        assert holder.stdin is not None
        holder.stdin.close()
    assert done.returncode == 3
    assert f"Another run of hmic-letters (process {holder.pid} of " in done.stderr
    command(office, "dispatch", "kent", "--yes")


@pytest.mark.crash
def test_three_at_once_leave_a_record_that_holds(office: Path) -> None:
    runs = [
        subprocess.Popen(
            [*COMMAND, "dispatch", "kent", "--yes"],
            cwd=office,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    done = [(run.communicate(timeout=60)[1], run.returncode) for run in runs]
    assert [status for _, status in done].count(0) >= 1
    for told, status in done:
        assert status == 0 or "Another run of hmic-letters" in told or "meanwhile" in told, told
    command(office, "verify")
    assert [path.name for path in (office / "dispatched/kent").iterdir()] == ["1"]


@pytest.mark.parametrize("folder", [".", "ledger"])
def test_a_read_only_folder_loses_nothing(office: Path, folder: str) -> None:
    before = tree(office)
    (office / folder).chmod(0o500)
    try:
        done = subprocess.run(
            [*COMMAND, "dispatch", "kent", "--yes"],
            cwd=office,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=without_privileges,
        )
    finally:
        (office / folder).chmod(0o700)
    assert done.returncode == 3
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
    assert {name: data for name, data in tree(office).items() if name in before} == before
    command(office, "verify")
    command(office, "dispatch", "kent", "--yes")
    command(office, "verify")


@pytest.mark.crash
@pytest.mark.parametrize("limit", [100, 2_000, 20_000, 30_000])
def test_a_full_disk_publishes_all_or_nothing(sent: Path, tmp_path: Path, limit: int) -> None:
    office = shutil.copytree(sent, tmp_path / "office")
    done = subprocess.run(
        [*COMMAND, "publish"],
        cwd=office,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 3
    assert re.search(r"Error: .*File too large", done.stderr)
    assert "Traceback" not in done.stderr
    assert not list((office / "published").glob("[0-9]*"))
    command(office, "verify")
    assert "2 letters of 43 published in" in attempt(office, "publish").stdout


@pytest.mark.crash
@pytest.mark.parametrize("limit", [100, 2_000, 20_000, 60_000])
def test_a_full_disk_loses_nothing(office: Path, limit: int) -> None:
    done = subprocess.run(
        [*COMMAND, "dispatch", "kent", "--yes"],
        cwd=office,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 3
    assert re.search(r"Error: .*File too large", done.stderr)
    assert "Traceback" not in done.stderr
    command(office, "verify")
    command(office, "dispatch", "kent", "--yes")
    command(office, "verify")


def test_a_folder_that_cannot_be_written_to_is_told(office: Path) -> None:
    (office / "dispatched").write_text("no folder")
    done = attempt(office, "dispatch", "kent", "--yes")
    assert done.returncode == 3
    assert "dispatched cannot be used" in done.stderr


@pytest.mark.ocr
def test_a_copy_is_traced(sent: Path, tmp_path: Path) -> None:
    right = passphrase(sent, "kent")
    sealed_copy = copy_of(sent, "kent")
    unsealed = opened(sent, "kent-letter.pdf", tmp_path / "opened.pdf", "kent")
    again = tmp_path / "sealed again.pdf"
    with pikepdf.open(sealed_copy, password=right) as pdf:
        pdf.save(again, encryption=pikepdf.Encryption(owner="b", user=right))
    printed = tmp_path / "printed.pdf"
    subprocess.run(["pdftocairo", "-pdf", unsealed, printed], check=True)
    scanned = tmp_path / "scanned.pdf"
    with pypdfium2.PdfDocument(sealed_copy, password=right) as document:
        picture = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    picture.save(scanned, resolution=150)
    for path, by in (
        (sealed_copy, "the file, to the byte"),
        (unsealed, "the file's properties"),
        (again, "the file's properties"),
        (printed, "the mark on page 1"),
        (scanned, "the picture of page 1"),
    ):
        told = command(sent, "trace", str(path))
        assert told == (
            f"{serial_of(sent, 'kent')}: kent, version 1, copy for The Chief Constable, Kent "
            f"Police (known by {by})\n"
        )


@pytest.mark.ocr
def test_what_is_no_copy_is_traced_to_nobody(sent: Path, tmp_path: Path) -> None:
    done = attempt(sent, "trace", REPORT)
    assert done.returncode == 1
    assert done.stderr.startswith("No copy on record is known by it.")
    told = command(sent, "trace", "letters/embargoed/kent.pdf")
    assert told.startswith("no marked copy, but a file of line")
    (tmp_path / "passphrases.txt").write_bytes(b"\xff")
    os.mkfifo(tmp_path / "pipe.pdf")
    assert attempt(sent, "trace", str(tmp_path / "pipe.pdf")).returncode == 2
    (tmp_path / "none.pdf").write_text("%PDF-1.7\nno PDF")
    done = attempt(sent, "trace", str(tmp_path / "none.pdf"))
    assert done.returncode == 1
    assert "it cannot be opened" in done.stderr
    with pikepdf.open(sent / REPORT) as pdf:
        pdf.save(tmp_path / "shut.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    done = attempt(sent, "trace", str(tmp_path / "shut.pdf"))
    assert done.returncode == 1
    assert "it cannot be opened" in done.stderr


@pytest.mark.ocr
def test_embargoed_pages_reach_no_temporary_folder(sent: Path, tmp_path: Path) -> None:
    office = shutil.copytree(sent, tmp_path / "office")
    empty = tmp_path / "temporary"
    empty.mkdir()
    with INotify() as watch:
        watch.add_watch(empty, flags.CREATE | flags.MOVED_TO)
        command_process(office, "generate", "kent", "--force", TMPDIR=str(empty))
        attempt_process(office, "check", "kent", "--letters", "--ocr", TMPDIR=str(empty))
        again = ("--yes", "--reason", "Again.")
        command_process(office, "dispatch", "kent", *again, TMPDIR=str(empty))
        made = {event.name for event in watch.read(timeout=0)}
    # Python tries whether a folder can be written to, and puts sockets of its own there.
    assert {name for name in made if not re.fullmatch("[a-z0-9_]{8}|pymp-.*", name)} == set()


@pytest.mark.parametrize(
    ("folder", "warning"),
    [
        ("Dropbox", "'Dropbox' is a folder of Dropbox"),
        ("OneDrive - Constabulary", "is a folder of OneDrive"),
        ("Dropped boxes", None),
    ],
)
def test_letters_in_a_cloud_are_warned_of(
    office: Path, tmp_path: Path, folder: str, warning: str | None
) -> None:
    done = attempt(office, "generate", "kent", "--output", str(tmp_path / folder / "letters"))
    assert done.returncode == 0
    assert (warning in done.stderr) if warning else not done.stderr


def test_letters_that_git_would_take_are_warned_of(office: Path) -> None:
    subprocess.run(["git", "init", "--quiet", office], check=True)
    done = attempt(office, "generate", "kent", "--force")
    assert "Warning: letters/embargoed is exposed: git does not ignore it" in done.stderr
    subprocess.run(["git", "-C", office, "add", "letters"], check=True)
    done = attempt(office, "generate", "kent", "--force")
    assert "is exposed: git tracks" in done.stderr
    subprocess.run(["git", "-C", office, "rm", "-rq", "--cached", "letters"], check=True)
    (office / ".gitignore").write_text("/letters/\n")
    done = attempt(office, "generate", "kent", "--force")
    assert done.stderr == ""
