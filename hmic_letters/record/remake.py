"""A dispatched letter made again from its recorded inputs: how, and what the outcome means.

A later version of the tool, its fonts or its libraries may make other bytes, or none. That is no
fault of the record, whose own bytes ``verify`` compares.
"""

from collections.abc import Mapping
from pathlib import Path

from hmic_letters.data.load import Workspace, load
from hmic_letters.letter.letter import compose
from hmic_letters.letter.page import Rendered
from hmic_letters.letter.render import Renderer
from hmic_letters.letter.versions import versions
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.record.dispatched import INPUTS, LETTER
from hmic_letters.record.ledger import Line
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import Edition

SAME = "made again, the same bytes"


def render_again(folder: Path, slug: str, edition: Edition) -> tuple[Workspace, Rendered]:
    """Read the inputs in a version's ``folder``, and render the letter in an edition.

    Raises Refused if this version of the tool cannot read or render them.
    """
    workspace = load(folder / INPUTS)
    problems = [*workspace.inspection.problems, *workspace.inspectors.problems]
    problems += workspace.unread.get(slug, ())
    if slug in workspace.forces:
        problems += workspace.forces[slug].problems
    if wrong := errors(problems):
        raise Refused(wrong)
    try:
        letter = compose(workspace, slug, edition)
    except KeyError as error:
        reason, remedy = f"its inputs lack {error}", "'hmic-letters verify' says what was changed."
        raise Refused([Problem(Place(folder), "rebuilt-differs", reason, remedy)]) from None
    return workspace, Renderer(workspace.templates).render_both(letter)


def maker(line: Line) -> str:
    """Tell what made a dispatched letter, where that is not what is here; else nothing."""
    was, now = _versions(line.about["inputs"]), _versions(versions())
    if was == now:
        return ""
    # The tool is named in any case, as what an office knows the version of.
    then = ", ".join(one for one in was if one == was[0] or one not in now)
    here = ", ".join(one for one in now if one == now[0] or one not in was)
    return f"made by {then}; this is {here}"


def _versions(inputs: Mapping[str, str]) -> list[str]:
    tool, fonts = (inputs.get(name, "unknown") for name in ("tool", "fonts"))
    return [tool, f"fonts {fonts[:12]}", *inputs.get("libraries", "unknown").split(", ")]


def judge(
    line: Line, folder: Path, made: bytes | Refused, inputs: Mapping[str, str]
) -> str | Problem:
    """Compare a letter that was made again with the record.

    Gives words where nothing speaks against the record, and else the problem. ``made`` is the PDF,
    or why there is none; ``inputs`` is what the inputs in ``folder`` say, where they can be read.
    """
    if not isinstance(made, Refused) and digest(made) == line.about["letter"]:
        return SAME
    why = made.problems[0].message.rstrip(".") if isinstance(made, Refused) else ""
    if other := maker(line):
        how = f"here ({why})" if why else "to the byte here"
        return f"{other}: it cannot be made again {how}, which is no fault of the record"
    was = line.about["inputs"]
    changed = "; ".join(
        f"{name} (was {was.get(name, 'none')}, is {inputs.get(name, 'none')})"
        for name in sorted({*inputs, *was})
        if inputs.get(name) != was.get(name)
    )
    another = f"made again from its inputs it is another file: {changed or 'no input differs'}"
    return Problem(
        Place(folder / LETTER),
        "rebuilt-differs",
        f"it cannot be made again: {why}" if why else another,
        "Tool, fonts and libraries are those that made it: 'hmic-letters verify' says what of its "
        "inputs was changed. Where nothing was, this is a defect of the tool.",
    )
