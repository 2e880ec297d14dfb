"""The dispatched letters -> what is public, once the embargo has lifted and not before.

Everything here fails closed: what cannot be known counts as embargoed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hmic_letters.dispatch import INPUTS, LETTER, PAGE
from hmic_letters.files import DISPATCHED, PUBLISHED, TEMPLATES, Edition, digest
from hmic_letters.frozen import freezing, holding
from hmic_letters.ledger import Event, Ledger, Line, Occasion, writing
from hmic_letters.letter import compose
from hmic_letters.load import Workspace, load
from hmic_letters.model import Embargo, Medium
from hmic_letters.page import Page, Rendered
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.processes import print_all
from hmic_letters.render import Renderer
from hmic_letters.templates import Templates
from hmic_letters.verify import verify

INDEX = "index.html"
Files = dict[str, bytes]  # by name


@dataclass(frozen=True)
class Listed:
    """A force as the index has it."""

    slug: str
    force: str
    is_public: bool


@dataclass(frozen=True)
class Publication:
    """What was published by ``line``: the versions by slug; ``problems`` tell why others were not.
    ``line`` is None where nothing was, or what is public is as it would be."""

    versions: dict[str, int]
    line: Line | None
    problems: tuple[Problem, ...]


def embargoed(
    embargo: Embargo, ledger: Ledger, now: datetime, inspection: Path
) -> Iterator[Problem]:
    """Why nothing may be public at the moment ``now``, which is aware.

    The embargo has to be the one on record, so that a change of the file lifts none, and the clock
    not earlier than what is on record.
    """
    yield from ledger.problems
    at = Place(inspection)
    last = max((line.at for line in ledger.lines), default=None)
    if last is not None and now.replace(microsecond=0) < last:
        yield Problem(
            at,
            "clock-behind",
            f"this machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC, and the ledger speaks of "
            f"{last:%Y-%m-%d %H:%M:%S} UTC",
            "Have the clock set right.",
        )
    if ledger.embargo is None:
        reason = "no letter was dispatched, so that no embargo is on record"
        yield Problem(at, "not-dispatched", reason, "Dispatch the letters first.")
    elif ledger.embargo != embargo.iso:
        yield Problem(
            at,
            "embargo-not-on-record",
            f"the embargo is {embargo.iso} here, and {ledger.embargo} on record",
            "Take back the change, or move it for the record: 'hmic-letters embargo move'.",
        )
    # Two London times would be compared by the clock's face.
    if now.timestamp() < embargo.moment.timestamp():
        yield Problem(
            at,
            "embargoed",
            f"nothing may be public before {embargo.time} on {embargo.day} in London",
            "Wait until then; no option lifts it.",
        )


def publish(workspace: Workspace, occasion: Occasion, jobs: int) -> Publication:
    """Makes the public edition of all that was dispatched, with an index, in
    ``published/<number>/``.

    Raises Refused while the embargo holds and where the record does not; Unavailable where this
    machine cannot make any.
    """
    root, inspection = workspace.root, workspace.inspection
    embargo = inspection.value.embargo
    ledger, problems = verify(root, None)
    problems += tuple(embargoed(embargo, ledger, occasion.at, inspection.document.path))
    if problems:
        raise Refused(dict.fromkeys(problems))
    with holding(root, PUBLISHED):
        found: list[Problem] = []
        missing: list[str] = []
        lines: dict[str, Line] = {}
        for slug in workspace.slugs:
            line = ledger.dispatched(slug)
            if line is None:
                missing.append(slug)
            elif line.about["embargo"] != embargo.iso:
                found.append(_other_embargo(root, line))
            else:
                lines[slug] = line
        if missing:
            reason = f"not dispatched, and so not published: {', '.join(missing)}"
            remedy = "Dispatch what is due, then publish again."
            found.append(Problem(Place(root / DISPATCHED), "not-dispatched", reason, remedy))
        files, faults = _editions(root, lines, jobs)
        found += faults
        versions = {
            slug: int(line.about["version"])
            for slug, line in lines.items()
            if f"{slug}.pdf" in files
        }
        if not versions:
            return Publication({}, None, tuple(found))
        files[INDEX] = _index(workspace, versions).encode()
        return Publication(versions, _keep(root, occasion, embargo, versions, files), tuple(found))


def _other_embargo(root: Path, line: Line) -> Problem:
    path = root / DISPATCHED / line.force / str(line.about["version"])
    reason = f"the letter speaks of another embargo, {line.about['embargo']}, and is not published"
    remedy = "Make and dispatch it again, then publish again."
    return Problem(Place(path), "other-embargo", reason, remedy)


def _editions(
    root: Path, lines: dict[str, Line], jobs: int
) -> tuple[dict[str, bytes], list[Problem]]:
    """The public letters as PDF and page, each made with the templates that it was dispatched
    with."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    # Letters that were dispatched with the same templates are printed together.
    batches: dict[str, tuple[Templates, dict[Path, tuple[str, Rendered]]]] = {}
    for slug, line in lines.items():
        folder = root / DISPATCHED / slug / str(line.about["version"])
        try:
            workspace = load(folder / INPUTS)
            letter = compose(
                workspace.inspection.value,
                workspace.inspector(slug),
                slug,
                workspace.forces[slug].value,
                Edition.PUBLIC,
            )
            rendered = Renderer(workspace.templates).render_both(letter)
        except Refused as error:
            problems += error.problems
            continue
        held = {
            name: sha for name, sha in workspace.digests.items() if Path(name).parent == TEMPLATES
        }
        _, batch = batches.setdefault(repr(held), (workspace.templates, {}))
        batch[folder] = slug, rendered
    for templates, batch in batches.values():
        letters = [(folder, rendered) for folder, (_, rendered) in batch.items()]
        for folder, pdf in print_all(letters, templates, min(jobs, len(letters))):
            slug, rendered = batch[folder]
            wrong = pdf.problems if isinstance(pdf, Refused) else _faults(folder, pdf, rendered)
            if isinstance(pdf, Refused) or (wrong := tuple(wrong)):
                problems += wrong
                continue
            files[f"{slug}.pdf"], files[f"{slug}.html"] = pdf, rendered.screen.encode()
    return files, problems


def _faults(folder: Path, pdf: bytes, rendered: Rendered) -> Iterator[Problem]:
    """Where the public letter does not say, word for word, what was dispatched.

    The notice of the embargo alone is gone; what stands in the margins is not of the letter.
    """
    from hmic_letters.reader import own_words  # noqa: PLC0415

    sent, public = Page((folder / PAGE).read_text("utf-8")), Page(rendered.screen)
    notice = _gone(_bare(sent.words), _bare(public.words))
    on_paper = _gone(_bare(own_words((folder / LETTER).read_bytes())), _bare(own_words(pdf)))
    if notice is None or on_paper != notice or "EMBARGO" in public.words + public.title:
        yield Problem(
            Place(folder / LETTER),
            "public-differs",
            "the public letter would not say what was dispatched, word for word",
            "This is a defect of the templates: look at both, and publish nothing by hand.",
        )


def _bare(text: str) -> str:
    """A text without spaces and bullets, which are painted last on each page."""
    return re.sub(r"[\s•○]", "", text)


def _gone(before: str, after: str) -> str | None:
    """The one piece that was taken out of a text; None where anything else differs."""
    same = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        len(after),
    )
    piece = before[same : same + len(before) - len(after)]
    return piece if after == before[:same] + before[same + len(piece) :] else None


def _index(workspace: Workspace, versions: dict[str, int]) -> str:
    letters = []
    for slug in workspace.slugs:
        located = workspace.forces.get(slug)
        letters.append(Listed(slug, located.value.name if located else slug, slug in versions))
    inspection = workspace.inspection.value
    values = {
        "inspection": inspection,
        "embargo": inspection.embargo,
        "letters": tuple(letters),
        "medium": Medium.SCREEN,
    }
    return Renderer(workspace.templates).fill(INDEX, values)


def _keep(
    root: Path, occasion: Occasion, embargo: Embargo, versions: dict[str, int], files: Files
) -> Line | None:
    """Puts the files in place as the next publication; None where the last one has the same."""
    with writing(root) as writer:
        before = writer.ledger.of(Event.PUBLISHED)
    number = len(before) + 1
    now = {name: digest(data) for name, data in files.items()}
    if before and now == {Path(path).name: sha for path, sha in before[-1].files.items()}:
        return None
    with freezing(root, root / PUBLISHED / str(number)) as frozen:
        frozen.write(files, mode=0o444)
        about = {"publication": number, "embargo": embargo.iso, "versions": versions}
        with writing(root) as writer:
            line = writer.ledger.next(Event.PUBLISHED, "", occasion, frozen.files, about)
            frozen.finish(writer, line, mode=0o555)
    return line
