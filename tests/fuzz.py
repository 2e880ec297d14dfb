"""Coverage-guided fuzzing of the readers of untrusted input: ``make fuzz [READER=forms]``.

Whatever the bytes, a reader raises nothing that a person would see as a traceback, and takes at
most SECONDS and MEMORY. An input that breaks this is kept, and its path printed: after the mend it
becomes a case in the tests of its reader.
"""

import io
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["hmic_letters", "yaml", "jinja2", "openpyxl"], exclude=["hmic_letters.pdf"]
):
    import pikepdf

    from helpers.project import FORCE, PROJECT, copy_project, letter
    from helpers.running import run_here
    from hmic_letters.check.report import Format, report
    from hmic_letters.check.run import check_force, check_workspace
    from hmic_letters.data.complaints import understand
    from hmic_letters.data.load import load
    from hmic_letters.data.model.force import Force
    from hmic_letters.data.source import parse
    from hmic_letters.documents import apart, reading
    from hmic_letters.letter.render import Renderer
    from hmic_letters.problem import Problem, Refused
    from hmic_letters.publication.copy import enclosure, evidence
    from hmic_letters.workspace.pictures import picture_fault
    from hmic_letters.workspace.templates import Templates

SECONDS = 3  # of processor time
MEMORY = 512  # MiB above those of the idle process
ROOT = Path(tempfile.mkdtemp(prefix="fuzz-"))
WORKSPACE = load(copy_project(ROOT / "workspace", "kent"))
TESTS = PROJECT / "tests"


def read_apart(module: object, name: str, data: bytes, *arguments: object) -> object:
    """Read as a separate process does, with its answer to errors, but without its limits."""
    apart._limit = lambda: None
    reader = f"{module.__name__}:{name}"  # type: ignore[attr-defined]
    return apart._answer(reader, list(arguments), data).get("result")


def force_file(data: bytes) -> None:
    problems: tuple[Problem, ...]
    try:
        document = parse(ROOT / "workspace/data/forces/kent.yaml", data)
        forces, unread = {}, {}
        try:
            forces["kent"] = understand(document, Force)
        except Refused as error:
            unread["kent"] = error.problems
        given = replace(WORKSPACE, forces=forces, documents={"kent": document}, unread=unread)
        problems = check_force("kent", given)
    except Refused as error:
        problems = error.problems
    for form in Format:
        report(problems, form, ROOT)


def form(data: bytes) -> None:
    """Read a form, or a form of which one part is replaced: its name, a line end, its content."""
    name, _, content = data.partition(b"\n")
    for path in FORMS:
        if name.decode("latin-1") in zipfile.ZipFile(path).namelist():
            data = with_part(path, name.decode("latin-1"), content)
    read_apart(reading, "sheet_of", data)


def traced(data: bytes) -> None:
    named = read_apart(evidence, "named", data, ["a-b-c-d-e-f-g"])
    if isinstance(named, dict) and named["pages"]:
        read_apart(evidence, "feet_of_page", data, named["passphrase"], 0)


def template(data: bytes) -> None:
    """Check a template and fill it, or look whether a picture can be drawn."""
    picture_fault(data)
    files = {**LETTER_TEMPLATES.files, LETTER.template: data}
    templates = Templates(LETTER_TEMPLATES.folder, files)
    report(check_workspace(replace(WORKSPACE, templates=templates)), Format.TEXT, ROOT)
    with suppress(Refused):
        Renderer(templates).render(LETTER)


LETTER, LETTER_TEMPLATES = letter("kent")
FORMS: list[Path] = []


def with_part(path: Path, name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return made.getvalue()


def seeds_of_forces() -> Iterator[bytes]:
    yield from broken(FORCE.encode(), "kent.yaml")
    yield from contents(TESTS / "broken/whole", PROJECT / "data/forces/hertfordshire.yaml")


def seeds_of_forms() -> Iterator[bytes]:
    folder = copy_project(ROOT / "forms", "hertfordshire")
    done = run_here("accuracy", "send", "hertfordshire", "--on", "2014-08-11", cwd=folder)
    assert done.returncode == 0, done.stderr
    FORMS.extend(one for one in folder.rglob("*") if one.suffix in {".docx", ".xlsx"})
    assert FORMS
    yield from contents(TESTS / "documents/hostile", *FORMS)
    for path in FORMS:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)


def seeds_of_pdfs() -> Iterator[bytes]:
    """Yield PDFs whose parts are not packed, so that a change of them means something."""
    for data in contents(TESTS / "publication/enclosures"):
        yield data
        made = io.BytesIO()
        with suppress(pikepdf.PdfError), pikepdf.open(io.BytesIO(data)) as pdf:
            pdf.save(
                made,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )
            yield made.getvalue()


def seeds_of_traced() -> Iterator[bytes]:
    yield from seeds_of_pdfs()
    yield from contents(TESTS / "records/0.1.0/printed.png")
    yield b"The page says 7HKM-PRAC."


def seeds_of_templates() -> Iterator[bytes]:
    yield from contents(PROJECT / "templates")
    for name in ("letter.html", "core-business.html"):
        yield from broken((PROJECT / "templates" / name).read_bytes(), name)


def broken(whole: bytes, name: str) -> Iterator[bytes]:
    """Yield a file, and it with each of its faults in tests/broken."""
    yield whole
    for fault in contents(TESTS / "broken" / name):
        old, _, new = fault.partition(b"\n")
        yield whole.replace(old + b"\n", new, 1)


def contents(*paths: Path) -> Iterator[bytes]:
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                yield file.read_bytes()


READERS: dict[str, tuple[Callable[[bytes], object], Callable[[], Iterator[bytes]]]] = {
    "forces": (force_file, seeds_of_forces),
    "forms": (form, seeds_of_forms),
    "enclosures": (lambda data: read_apart(enclosure, "answer", data), seeds_of_pdfs),
    "traced": (traced, seeds_of_traced),
    "templates": (template, seeds_of_templates),
}


def main(name: str, options: list[str]) -> None:
    """Fuzz one reader; ``options`` are those of libFuzzer."""
    reader, seeds = READERS[name]
    corpus = ROOT / "corpus"
    corpus.mkdir()
    for number, data in enumerate(seeds()):
        (corpus / str(number)).write_bytes(data)

    def one(data: bytes) -> None:
        before = time.process_time()
        reader(data)
        taken = time.process_time() - before
        assert taken <= SECONDS, f"{taken:.1f} s"

    idle = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE")
    limits = [f"-rss_limit_mb={idle // 2**20 + MEMORY}", "-timeout=60", "-max_len=200000"]
    kept = [f"-artifact_prefix={ROOT}/{name}-", str(corpus)]
    atheris.Setup([sys.argv[0], *limits, *options, *kept], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
