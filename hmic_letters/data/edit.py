"""Changes to a data file's text -> its new bytes, with every other byte kept."""

import json
import re
import textwrap
from collections.abc import Iterable

from hmic_letters.data.source import Document, Keys, parse
from hmic_letters.problem import Change, Problem, Refused


def amended(data: bytes, changes: Iterable[Change]) -> bytes:
    """Apply ``changes`` to the bytes of a file, and keep every other byte.

    No two changes may overlap. Raises ValueError if the file lacks the text that a change replaces.
    """
    text = data.decode("utf-8")
    # A byte order mark does not count as a column of the first line.
    mark = "\ufeff" * text.startswith("\ufeff")
    lines = text[len(mark) :].split("\n")
    for change in sorted(set(changes), reverse=True):
        line, start = lines[change.line - 1], change.column - 1
        end = start + len(change.old)
        if line[start:end] != change.old:
            raise ValueError(f"line {change.line} is no longer what it was")
        lines[change.line - 1] = line[:start] + change.new + line[end:]
    return (mark + "\n".join(lines)).encode("utf-8")


WIDTH = 88  # columns of a rewrapped line, as in the files


def amended_text(document: Document, keys: Keys, new: str) -> bytes:
    """Return the file of ``document`` with ``new`` as the text at ``keys``.

    A text under '>-' is rewrapped in its block. Any other becomes a text in double quotation marks.
    Line ends keep their kind. Raises Refused if anything else in the file would change.
    """
    start, end, style = document.span(keys)
    whole = document.data.decode("utf-8-sig")
    text = whole.replace("\r\n", "\n")
    if style in {">", "|"}:
        head, _, old = text[start:end].partition("\n")
        first = next(line for line in old.split("\n") if line.strip())
        margin = first[: len(first) - len(first.lstrip(" "))]
        # Why one line: under '|' a line end belongs to the text.
        width = WIDTH if style == ">" else len(new) + len(margin)
        wrapped = textwrap.wrap(
            new,
            width,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        )
        line_ends = old[len(old.rstrip("\n")) :] if old.strip() else "\n"
        typed = head + "\n" + "\n".join(wrapped) + line_ends
    else:
        typed = json.dumps(new, ensure_ascii=False)
    # The text at hand has shorter line ends than the file: only its own line ends may change.
    begin, stop = _offset(whole, start), _offset(whole, end)
    old_lines = whole[begin:stop] if "\n" in whole[begin:stop] else whole[begin:].partition("\n")[0]
    if "\r" in old_lines:
        typed = typed.replace("\n", "\r\n")
    changed = whole[:begin] + typed + whole[stop:]
    mark = b"\xef\xbb\xbf" if document.data.startswith(b"\xef\xbb\xbf") else b""
    data = mark + changed.encode("utf-8")
    if not _changes_only(document, keys, new, data):
        raise Refused(
            [
                Problem(
                    document.place(*keys),
                    "not-applied",
                    "the new wording cannot be put there without touching more than this text",
                    "Type it into the file, then run apply again.",
                )
            ]
        )
    return data


def _offset(whole: str, at: int) -> int:
    """Return the place in a text of a place in it that was counted with each CRLF as one."""
    for number, match in enumerate(re.finditer("\r\n", whole)):
        if match.start() - number >= at:
            return at + number
    return at + whole.count("\r\n")


def _changes_only(document: Document, keys: Keys, new: str, data: bytes) -> bool:
    try:
        after = parse(document.path, data)
    except Refused:
        return False
    wanted = {**dict(document.texts()), keys: new}
    return dict(after.texts()) == wanted and len(after.problems) <= len(document.problems)
