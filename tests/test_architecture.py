"""Which package may import which, and the one door of each library: CONTRIBUTING.md says why."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from inspect import signature
from pathlib import Path

import click
import pytest

from helpers.project import PROJECT
from hmic_letters.cli.main import main

# A package, with the packages that it may import.
ALLOWED = {
    "problem": set(),
    "fonts": set(),
    "workspace": {"problem"},
    "data": {"problem", "workspace"},
    "letter": {"data", "fonts", "problem", "workspace"},
    "documents": {"letter", "problem", "workspace"},
    "terminal": {"data", "problem", "workspace"},
    "pdf": {"fonts", "letter", "problem", "workspace"},
    "check": {"data", "fonts", "letter", "problem", "terminal", "workspace"},
    "record": {"data", "letter", "pdf", "problem", "terminal", "workspace"},
    "making": {"check", "data", "letter", "pdf", "problem", "record", "terminal", "workspace"},
    "accuracy": {
        *("check", "data", "documents", "letter", "pdf", "problem", "record", "terminal"),
        "workspace",
    },
    "publication": {
        *("accuracy", "check", "data", "documents", "letter", "pdf", "problem", "record"),
        "terminal",
        "workspace",
    },
    "preview": {"check", "data", "letter", "making", "pdf", "problem", "terminal", "workspace"},
}
ALLOWED["new"] = {"data", "problem", "terminal", "workspace"}
ALLOWED["cli"] = set(ALLOWED)
ALLOWED["__main__"] = {"cli"}
MOST = 9  # modules in a folder

FASTER = "pdf.faster"
# The only modules that may import a library; a package stands for all in it.
DOORS = {
    "pydantic": {"data.model", "data.complaints", "data.schema"},
    "pydantic_core": {"data.model", "data.complaints", "data.schema"},
    "yaml": {"data.source"},
    "jinja2": {"letter.sandbox", "letter.render", "check.templates"},
    "cffi": {"pdf.faster.declarations"},
    "weasyprint": {"pdf.engine", FASTER},
    "pydyf": {"pdf.engine", "pdf.tags", FASTER},
    "tinycss2": {"check.templates"},
    "tinyhtml5": {FASTER},
    "cssselect2": {FASTER},
    "pikepdf": {"pdf.attachments", "publication.copy"},
    "xkcdpass": {"publication.copy.passphrase"},
    "email": {"publication.copy.mail"},
    "secrets": {"publication.copy.seal", "publication.copy.serial", "preview.server"},
    "pypdfium2": {"check.letters.reader"},
    "subprocess": {"check.letters.ocr", "documents.apart", "workspace.exposure"},
    "rich": {"terminal.table"},
    "starlette": {"preview.server"},
    "uvicorn": {"preview.server"},
    "watchfiles": {"preview.server"},
    "fontTools": {"fonts.coverage"},
    "click": {
        "new.commands",
        *("cli", "terminal", "accuracy.commands", "check.commands", "making.batch"),
        *("making.board", "making.commands", "preview.commands", "publication.commands"),
        "record.commands",
    },
    "docx": {"documents", "accuracy.form.as_word"},
    "openpyxl": {"documents.returned", "accuracy.form.as_excel"},
    "defusedxml": {"documents.reading", "documents.returned.package", "workspace.pictures"},
    "holidays": {"accuracy.deadline"},
    "ruamel": {"accuracy.record"},
    "concurrent": {"check.letters.ocr"},
    "multiprocessing": {"pdf.pool"},
    "ctypes": {"record.clock", "letter.versions", "pdf.engine", "check.letters.reader"},
    "fcntl": {"workspace.lock"},
    "time": {"workspace.lock"},
    "tempfile": {"pdf.pool", "workspace.store"},
    "socket": {"preview.server"},
    "urllib": {"preview.server"},
    # The tool sends nothing.
    "ftplib": set(),
    "http": set(),
    "httpx": set(),
    "requests": set(),
    "smtplib": set(),
}

# What reads the clock, which one room may: what is recorded has its day from there.
CLOCK = {"now", "utcnow", "today", "fromtimestamp"}


def imports(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, wherever it stands in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def modules(package: Path) -> Iterator[tuple[str, Path]]:
    """Every module with its name inside the package, which a folder's __init__ shares with it."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        if name := ".".join(part for part in parts if part != "__init__"):
            yield name, path


def is_within(module: str, places: set[str]) -> bool:
    return any(f"{module}.".startswith(f"{place}.") for place in places)


def trespasses(package: Path) -> list[str]:
    """The breaches: an import upward, a library through another door, a look at the clock."""
    found = []
    known = dict(modules(package))
    uses: dict[str, set[str]] = {}
    for module, path in known.items():
        tree = ast.parse(path.read_text("utf-8"))
        own = f"hmic_letters.{module}"
        inside = own if path.stem == "__init__" else own.rpartition(".")[0]
        top = module.partition(".")[0]
        if top not in ALLOWED:
            found.append(f"{module}: no such package")
            continue
        uses[module] = set()
        for line, name in imports(tree, inside):
            library, _, rest = name.partition(".")
            if library == "hmic_letters" and rest != "__version__":
                uses[module].add(rest if rest in known else rest.rpartition(".")[0])
                other = rest.partition(".")[0]
                if other not in {top, *ALLOWED[top]}:
                    found.append(f"{module}:{line}: imports {other}")
            elif library in DOORS and not is_within(module, DOORS[library]):
                found.append(f"{module}:{line}: imports {library}")
        found += [
            f"{module}:{node.lineno}: reads the clock"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in CLOCK and module != "record.clock"
        ]
    return [*found, *circles(uses)]


def circles(uses: dict[str, set[str]]) -> Iterator[str]:
    """Modules that import each other, by whatever way."""
    order = TopologicalSorter(uses)
    try:
        order.prepare()
    except CycleError as error:
        yield f"a circle of imports: {' -> '.join(error.args[1])}"


def test_imports_lead_downward() -> None:
    assert trespasses(PROJECT / "hmic_letters") == []


def test_every_package_is_there_and_says_what_it_is() -> None:
    """Its docstring has its input, its output and its limits; CONTRIBUTING has a row for it."""
    package = PROJECT / "hmic_letters"
    assert {module.partition(".")[0] for module, _ in modules(package)} == set(ALLOWED)
    for path in package.rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert said, path
        assert len(said.split()) > 4, path
    rows = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    assert [name for name in ALLOWED if f"`{name}" not in rows and name != "__main__"] == []


def test_no_folder_holds_too_much() -> None:
    for folder in [PROJECT / "hmic_letters", *(PROJECT / "hmic_letters").rglob("*/")]:
        names = [path.name for path in folder.glob("*.py") if not path.stem.startswith("__")]
        assert len(names) <= MOST, folder


def commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from commands(command)


def test_every_command_has_a_body_that_takes_its_options() -> None:
    """A body is imported when its command runs: nothing else would notice that it is not there."""
    source = "".join(path.read_text() for path in (PROJECT / "hmic_letters/cli").glob("*.py"))
    named = re.findall(r'body_in\("([a-z._]+)"\)\ndef (\w+)', source)
    named += re.findall(r'run_body\("([a-z._]+):(\w+)"', source)
    known = list(commands(main))
    assert len(named) == len(known) - 1  # 'accuracy' does nothing by itself
    for module, name in named:
        body = getattr(import_module(f"hmic_letters.{module}"), name)
        takes = set(signature(body).parameters)
        options = [
            {one.name for one in command.params} - {"lock_wait"}
            for command in known
            if str(command.name).replace("-", "_") == name
        ]
        assert takes in options, (module, name)


def test_imports_within_functions_are_few() -> None:
    """Each has its reason beside it; the bodies of commands are found by one helper."""
    found = {
        f"{module}:{node.lineno}"
        for module, path in modules(PROJECT / "hmic_letters")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert len(found) <= 12, found


@pytest.mark.parametrize(
    ("module", "line", "trespass"),
    [
        (
            "data/load",
            "from hmic_letters.letter import x",
            "data.load:1: imports letter",
        ),
        ("data/load", "from hmic_letters import letter", "data.load:1: imports letter"),
        ("data/load", "from ..letter import page", "data.load:1: imports letter"),
        ("data/load", "from .. import letter", "data.load:1: imports letter"),
        ("data/load", "import hmic_letters.letter", "data.load:1: imports letter"),
        ("data/load", "def f():\n    import yaml", "data.load:2: imports yaml"),
        ("data/model/force", "from ...check import run", "data.model.force:1: imports check"),
        ("cli/main", "from weasyprint.text import fonts", "cli.main:1: imports weasyprint"),
        ("letter/letter", "import time", "letter.letter:1: imports time"),
        ("letter/letter", "a = datetime.now()", "letter.letter:1: reads the clock"),
        ("record/verify", "b = date.today()", "record.verify:1: reads the clock"),
        ("utils", "", "utils: no such package"),
        ("utils/strings", "", "utils.strings: no such package"),
        (
            "check/rules/style",
            "from hmic_letters import cli",
            "check.rules.style:1: imports cli",
        ),
        ("check/__init__", "from .. import cli", "check:1: imports cli"),
        ("problem", "from hmic_letters.data import load", "problem:1: imports data"),
        ("pdf/press", "import pikepdf", "pdf.press:1: imports pikepdf"),
        ("record/clock", "import weasyprint", "record.clock:1: imports weasyprint"),
    ],
)
def test_a_trespass_is_seen(module: str, line: str, trespass: str, tmp_path: Path) -> None:
    path = tmp_path / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{line}\n")
    assert trespasses(tmp_path) == [trespass]


def test_a_circle_is_seen(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name, other in (("load", "edit"), ("edit", "source"), ("source", "load")):
        (tmp_path / f"data/{name}.py").write_text(f"from hmic_letters.data.{other} import x\n")
    (found,) = trespasses(tmp_path)
    assert found.startswith("a circle of imports: data.")
