"""Show a number as Excel does, by its number format."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import takewhile

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

LONGEST = 255  # characters of a format, as in Excel
SECTIONS = 4  # for positive, negative and zero numbers, and for text
WHOLE = 10**15  # below that, a number without a fraction is exact
GENERAL, TEXT = "General", "@"
# How Excel shows these formats in the United Kingdom.
BRITISH = {14: "dd/mm/yyyy", 22: "dd/mm/yyyy hh:mm"}
MONEY = (5, 6, 7, 8, 42, 44)
# The parts of a date and a time, as strftime writes them.
UNITS = {
    **{"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%-m"},
    **{"dddd": "%A", "ddd": "%a", "dd": "%d", "d": "%-d"},
    **{"hh": "%H", "h": "%-H", "ss": "%S", "s": "%-S"},
}
MINUTES = {"mm": "%M", "m": "%-M"}  # an 'm' after the hours or before the seconds
HALF_DAY = {"hh": "%I", "h": "%-I", "am/pm": "%p"}
HALVES = {"am/pm"}
# A sign in quotation marks or after a backslash, space or filling, brackets, or one sign.
PIECE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|general|am/pm|([ymdhs])\1*|.', re.IGNORECASE)
COLOUR = re.compile(
    r"\[(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE
)
CURRENCY = re.compile(r"\[\$([^-\]]*)(-[^\]]*)?\]")
PLACES = set("0#?")
EXACT = Context(prec=700, rounding=ROUND_HALF_UP)  # for any number that a file can hold
PLAIN = re.compile(r"[-+$£€()/:!^&'~{}<>=% ]")  # shown as they are


def format_of(number: int, own: dict[int, str]) -> str:
    """Return the format with a number: one of the file's own, or one that Excel has built in.

    It is empty if it depends on the country.
    """
    known = {**BUILTIN_FORMATS, **dict.fromkeys(MONEY, ""), **BRITISH, **own}
    return known.get(number, "")


def is_date(code: str) -> bool:
    """Return whether a format shows a number as a date or a time."""
    return any(piece[0].lower() in "ymdhs" for piece in _pieces(_sections(code)[0]))


def date_of(value: float, is_1904: bool) -> datetime | None:
    """Return the moment that a number is as a date; None if it is none."""
    epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
    try:
        moment = from_excel(value, epoch)
    except (ValueError, OverflowError):
        return None
    if value < 0:
        return None
    # openpyxl takes a number below 1 for the time of a day.
    return moment if isinstance(moment, datetime) else datetime.combine(epoch, moment)


def shown_text(text: str, code: str) -> str:
    """Show a text by a format, which may hide it or put words around it."""
    sections = _sections(code)
    if len(sections) < SECTIONS and "@" not in code:
        return text
    pieces = [text if piece == "@" else _literal(piece) for piece in _pieces(sections[-1])]
    return "".join(filter(None, pieces))


def shown_number(value: float, code: str, is_1904: bool) -> str | None:
    """Show a number by a format; None if this tool cannot be sure of how Excel shows it."""
    sections = _sections(code)
    if not code or len(code) > LONGEST or len(sections) > SECTIONS or re.search(r"\[[<>=]", code):
        return None
    at = 0
    if value < 0 and len(sections) > 1 and "@" not in sections[1]:
        at, value = 1, -value
    elif value == 0 and sections[2:] and "@" not in sections[2]:
        at = 2
    pieces = _pieces(COLOUR.sub("", sections[at]))
    if is_date(sections[at]):
        moment = date_of(value, is_1904)
        return _date(pieces, moment) if moment else None
    if [piece.lower() for piece in pieces] in (["general"], ["@"]):
        return _general(value)
    return _number(pieces, value)


def _sections(code: str) -> list[str]:
    """Split a format into those for positive, negative and zero numbers, and for text."""
    sections = [""]
    for piece in _pieces(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return sections


def _pieces(code: str) -> list[str]:
    return [match[0] for match in PIECE.finditer(code)]


def _literal(piece: str) -> str | None:
    """Return the words that a piece shows by itself; None if it shows a part of the value."""
    if piece[0] == '"':
        return piece[1:-1]
    if piece[0] == "\\":
        return piece[1:]
    if piece[0] == "_" and len(piece) > 1:
        return " "
    if piece[0] == "*" and len(piece) > 1:
        return ""
    if match := CURRENCY.fullmatch(piece):
        return match[1]
    return piece if len(piece) == 1 and PLAIN.fullmatch(piece) else None


def _general(value: float) -> str:
    """Write a number as Excel does without a format, in at most eleven signs."""
    if value == int(value) and abs(value) < WHOLE:
        return str(int(value))
    return f"{value:.10g}".upper().replace("E+0", "E+").replace("E-0", "E-")


def _number(pieces: list[str], value: float) -> str | None:
    places = [at for at, piece in enumerate(pieces) if piece in PLACES]
    if not places:
        literals = [_literal(piece) for piece in pieces]
        # Such a format hides the number, and may show other words.
        return None if None in literals or any(literals) else ""
    first, last = places[0], places[-1]
    pattern, tail = "".join(pieces[first : last + 1]), pieces[last + 1 :]
    if not re.fullmatch(r"[0#?]+(,[0#?]+)*(\.[0#?]+)?", pattern):
        return None
    whole, _, fraction = pattern.partition(".")
    thousands = len(list(takewhile(",".__eq__, tail)))
    scaled = Decimal(repr(value)) * 100 ** pieces.count("%") / 1000**thousands
    rounded = EXACT.quantize(abs(scaled), Decimal(1).scaleb(-len(fraction)))
    front, _, back = f"{rounded:,f}".partition(".")
    if "," not in whole:
        front = front.replace(",", "").zfill(whole.count("0"))
    if front == "0" and "0" not in whole:
        front = ""
    least = len(fraction.rstrip("#?"))
    back = back[:least] + back[least:].rstrip("0")
    before = [_literal(piece) for piece in pieces[:first]]
    after = [_literal(piece) for piece in tail[thousands:]]
    if None in before or None in after:
        return None
    sign = "-" if value < 0 and rounded else ""
    number = f"{front}.{back}" if back else front
    return "".join(filter(None, [sign, *before, number, *after])).strip()


def _date(pieces: list[str], moment: datetime) -> str | None:
    units = [piece.lower() for piece in pieces]
    known = {**UNITS, **HALF_DAY} if HALVES.intersection(units) else UNITS
    shown: list[str | None] = []
    for at, unit in enumerate(units):
        before = next((one[0] for one in reversed(units[:at]) if one in UNITS), "")
        after = next((one[0] for one in units[at + 1 :] if one in UNITS), "")
        if unit[0] == "m" and (before == "h" or after == "s"):
            shown.append(moment.strftime(MINUTES.get(unit, "%M")))
        elif unit in known:
            shown.append(moment.strftime(known[unit]))
        else:
            shown.append(pieces[at] if unit in {",", "."} else _literal(pieces[at]))
    return None if None in shown else "".join(filter(None, shown)).strip()
