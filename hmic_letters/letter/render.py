"""A letter + templates -> HTML."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    BaseLoader,
    StrictUndefined,
    TemplateNotFound,
    Undefined,
    pass_context,
)
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import Context
from markupsafe import Markup

from hmic_letters.letter.letter import Letter, Medium
from hmic_letters.letter.page import Rendered
from hmic_letters.letter.sandbox import Sandbox, in_plain_words, unfit
from hmic_letters.problem import Problem, Refused
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.templates import Templates

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def environment(templates: Templates) -> Sandbox:
    """Make the Jinja2 environment that reads and renders the templates."""

    def printable(value: Any) -> Any:
        # Why: a missing name raises its own, better error when Jinja2 prints it.
        if isinstance(value, Undefined) or type(value) is int:
            return value
        if isinstance(value, str):
            sandbox.spend(len(value))
            return value
        raise unfit(value)

    sandbox = Sandbox(
        loader=_Loader(templates),
        autoescape=_is_markup,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sandbox.filters["in_words"] = _in_words
    inliner = _Inliner(templates)
    sandbox.filters["picture"], sandbox.filters["style"] = inliner.address, inliner.style
    return sandbox


class Renderer:
    """A renderer of letters with one workspace's templates, which are compiled once.

    Every value is escaped as HTML. A name that does not exist is an error. Only text and whole
    numbers can be printed; printing an absent value or a list is an error.
    """

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._environment = environment(templates)

    def render_both(self, letter: Letter, paper: str | None = None) -> Rendered:
        """Render a letter for screens and, unless ``paper`` is that already, for paper.

        Raises as render does.
        """
        has_stamp = letter.proof or letter.embargo
        stamped = letter.edition is not Edition.PUBLIC and has_stamp is not None
        paper = paper or self.render(letter)
        page = self.render(replace(letter, medium=Medium.SCREEN))
        return Rendered(self._templates, letter.template, paper, page, stamped)

    def render(self, letter: Letter) -> str:
        """Render a letter as one HTML document. Raises Refused with the place in the template."""
        values = {field.name: getattr(letter, field.name) for field in fields(letter)}
        return self.fill(letter.template, values)

    def fill(self, name: str, values: Mapping[str, Any]) -> str:
        """Fill a template with values. Raises Refused with the place in the template."""
        self._environment.refill()
        try:
            return self._environment.get_template(name).render(values)
        except TemplateSyntaxError as error:
            message = error.message or str(error)
            raise self._refusal(error.name or name, error.lineno, message) from None
        except TemplateNotFound as error:
            message = f"there is no template '{error.name}'"
            raise self._refusal(*self._raised_at(error, name), message) from None
        except (RecursionError, SyntaxError) as error:
            message = "it is nested too deeply, or takes itself in without end"
            raise self._refusal(*self._raised_at(error, name), message) from None
        except Exception as error:  # every fault of a template has its line
            raise self._refusal(*self._raised_at(error, name), in_plain_words(error)) from None

    def _raised_at(self, error: Exception, name: str) -> tuple[str, int]:
        """Return the template and line of an error, which Jinja2 puts into the traceback."""
        place = (name, 1)
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.parent == self._templates.folder:
                place = (path.name, trace.tb_lineno)
            trace = trace.tb_next
        return place

    def _refusal(self, name: str, line: int, message: str) -> Refused:
        place = self._templates.place(name, line)
        return Refused([Problem(place, "template", message, "Correct the template.")])


class _Loader(BaseLoader):
    """A loader of templates from memory.

    They keep the paths that they were read from, so that errors name the files.
    """

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def get_source(self, environment: object, template: str) -> tuple[str, str, None]:  # noqa: ARG002
        try:
            data = self._templates.files[template]
        except KeyError:
            raise TemplateNotFound(template) from None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            message = f"byte 0x{data[error.start]:02X} is not UTF-8: save the file as UTF-8"
            raise TemplateSyntaxError(message, line, template) from None
        return text, str(self._templates.folder / template), None


class _Inliner:
    """The filters that put pictures, and style sheets with theirs, into a page for screens."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._styles: dict[tuple[str, object], Markup] = {}

    @pass_context
    def address(self, context: Context, name: str) -> str:
        """Return the address of a picture in ``templates/``: its name, or its data on screens."""
        if context["medium"] is not Medium.SCREEN:
            return name
        data = b64encode(self._file(name)).decode()
        return f"data:{self._templates.kind(name)};base64,{data}"

    @pass_context
    def style(self, context: Context, name: str) -> Markup:
        """Return a style sheet of ``templates/`` with the addresses of its pictures."""

        def with_address(match: re.Match[str]) -> str:
            return f"url({self.address(context, match[1])})"

        key = name, context["medium"]
        if key not in self._styles:
            text = self._file(name).decode("utf-8-sig")
            self._styles[key] = Markup(re.sub(r"url\(([^)]+)\)", with_address, text))  # noqa: S704
        return self._styles[key]

    def _file(self, name: str) -> bytes:
        try:
            return self._templates.files[name]
        except KeyError:
            raise TemplateNotFound(name) from None


def _is_markup(name: str | None) -> bool:
    return name is None or not name.endswith(".txt")


def _in_words(number: int) -> str:
    """Write a count as prose does: in words below ten, in digits from there."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
