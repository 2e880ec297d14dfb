"""Stand-ins for words, markup and damage, which drafts and programs leave in texts.

All of it is recognised by its shape.
"""

import re
from collections.abc import Iterator

from hmic_letters.check.names import ADDRESS
from hmic_letters.data.passages import Flaw, Kind, Passage, has_any
from hmic_letters.data.source import Document

# Why strings: few files need these patterns, and compiling them takes long.

# Words and signs of a draft, and what programs print if a value or a source is missing.
STAND_IN = (
    r"\b(?:[Tt]\.?[Bb]\.?[ACDacd]|TODO|[Tt]odo|FIXME|[Ff]ixme|CHECK|QUERY|[Ll]orem|LOREM"
    r"|YYYY|[Pp]laceholder text|PLACEHOLDER|[Nn]/[Aa]|to be (?:confirmed|inserted)"
    r"|NaN|NaT|NULL|Null|nan|null(?! and void| (?:returns?|results?|values?|hypothesis)\b))\b"
    r"|(?<=[a-z,] )None\b|\bundefined(?=%)|\bError!(?: Reference source)?"
    r"|\b[Ii]nsert (?:name|text|date|figure|number|force)\b|Click (?:or tap )?here"
    r"|\bChoose an item\b|\bEnter any content\b"
    r"|\((?:(?:force )?name|force|date|figure|rank|title)\)"
    r"|\b(?:[Tt]ype|[Ee]nter|[Ii]nsert) (?:\w+ ){1,3}here\b"
    # A figure that is still to come: XX, £XXm, X%, X,XXX, 20XX, X officers, DD/MM/YYYY.
    r"|\b(?:X{2,}|x{2,})\b|[£$€](?:\s?(?:[Xx]+|[?_#]+)\w*|(?= [a-z]))"
    r"|\b[XxNnYy]{1,3}(?:[.,][Xx]{1,3})*\s?(?:%|per cent\b)"
    r"|\b(?:X{2,}|x{2,})(?:m|k|bn|th|st|nd|rd)?\b|\b[Xx]{1,3}(?:[.,][Xx]{1,3})+\b"
    r"|\b(?:19|20)[Xx]{2}\b|\b[XxNn](?= (?:officers|staff|crimes|incidents|victims|out of)\b)"
    r"|\b[Dd]{2}[/. -][Mm]{2,3}[/. -](?:[Yy]{2}){1,2}\b|[#_?]\s?%"
    # A merge field: «name», <name>, <<name>>, ((name)), {name}, ${name}, %s, %(name)s, %NAME%.
    r"|«[^«»]*»?|»|<+[A-Za-z%?#][^<>]*>*|\(\([^()]*\)\)|\{[^{}]*\}|\$\{?[A-Za-z_]\w+\}?"
    r"|%\(\w+\)[a-z]|(?<![\w%])%[sdif]\b|(?<!\w)%[A-Za-z]\w*%(?!\w)|(?<!\w)([@~^])\w+\1|@@"
    r"|(?<![\w@])[A-Za-z]{2,}(?:_[A-Za-z0-9]{2,})+\b"
    r"|\b(?:MERGEFIELD|MERGEFORMAT|HYPERLINK(?! ?\()|PAGEREF)\b"
    # A cell of Excel without its value: #####, #REF!, #N/A.
    r"|#{2,}|#[A-Z][A-Z0-9]+[A-Z0-9_/]*[!?]?|#N/[AD]\b|#DIV/0!?"
    r"|_{3,}|\?{2,}|\*{3,}|\.{4,}|…{2,}|\[\[[^\]\[]*\]\]|\[[^\]\[]*\]|<{7}|={7}|>{7}|\|{7}"
)
# A text with none of these has no stand-in. Why: looking for these is faster than matching.
HINTS = (
    *("TB", "Tb", "tb", "T.B", "t.b", "TODO", "odo", "ixme", "FIXME", "CHECK", "QUERY", "orem"),
    *("OREM", "YYYY", "YY", "yy", "laceholder", "PLACEHOLDER", "N/A", "n/a", "N/a", "NaN", "NaT"),
    *("NULL", "Null", " nan", "null", "None", "undefined", "to be confirmed", "to be inserted"),
    *("Error!", "nsert", "lick", "Choose", "ype the", "nter ", "(name)", "(force", "(date)"),
    *("(figure)", "(rank)", "(title)", "X per", "x per", "XX", "xx", "X o", "X s", "X c", "X i"),
    *("X v", "n officers", "X,", "X.", "£X", "£x", "£ ", "£?", "£_", "£#", "$", "€", "«", "»", "<"),
    *("((", "{", "@", "#", "_", "~", "^", "MERGE", "HYPER", "PAGEREF", "??", "***", "....", "……"),
    *("[", "=====", ">>>", "||"),
)
ODD_PERCENT = re.compile(r"%[\w%(]|[A-Za-z#_?] ?%")
# Whole values that say that there is none.
NOTHING = {
    *("none", "null", "nil", "nan", "n/a", "na", "undefined", "unknown", "pending", "blank"),
    *("empty", "name", "force", "force name", "-", "–", "—", "?", "", "to follow"),
}
# Words that editors add to a quotation.
EDITORIAL = re.compile(r"\[(?:sic|…|\.\.\.)\]")
MEANT_TO_BE_FILLED = (
    r"(?i)\[\s*(?:(?:the|your|insert|add|a|an)\s+)*(?:(?:force|name|date|day|month|year|time|rank|title"
    r"|text|number|no|figure|area|county|region|place|chief constable|tb[acd]|check|query)\b|x+"
    r"|\?+|\.+|…|_+)?(?:\s*(?:name|here|needed|to be confirmed|with \w+|tb[acd]|by \w+|\d+"
    r"|of(?: the)? \w+)\b)*\s*\]|\[\[.*|\[\w+_\w*\]"
    r"|\[(?:insert|add|enter|click|type)\b.*|\[object \w+\]"
)
TAGS = (
    r"a|abbr|b|big|blockquote|body|br|center|code|d[dlt]|div|em|font|h[1-6r]|head|html|i|img|li|link"
    r"|meta|ol|p|pre|s|script|small|span|strike|strong|style|su[bp]|t(?:able|body|head|[dhr]|t)|ul?"
)
MARKUP = (
    # HTML, also that of Word; Markdown; BBCode; a wiki's.
    rf"(?i)</?(?:{TAGS})\b[^<>]*>|</[^<>]*>|</?\w+:\w+[^<>]*>|<!--.*?-->|<![^<>]*>"
    r"|(?<!\*)\*\*(?!\*)(?:[^*]+\*\*(?!\*))?|(?<!\*)\*(?!\*)"
    r"|(?<!\w)__[^_]+__(?!\w)|(?<![\w/])_(?!x[0-9a-f]{4}_)[^\s_](?:[^_]*[^\s_])?_(?!\w)|~~|`[^`']+`"
    r"|^#{1,6} |^> |!?\[[^\]\[]*\]\([^()]*\)|\[\^\w+\]|^\||\|\s*-{3,}"
    r"|\[/?(?:b|i|u|s|url|img|quote|code|list|size|color)(?:=[^\]]*)?\]|'{3}|(?<!=)={2,6}(?!=)"
)
MARKUP_HINTS = ("<", "*", "_", "~~", "`", "# ", "> ", "](", "[", "|", "'''", "==")
# Escapes of HTML, addresses, program texts, Excel and e-mail, and signs of a lost character.
DAMAGED = (
    r"&(?:[A-Za-z]{2,8}\d*;|#\w+;?|(?:amp|nbsp|lt|gt|quot|[lr][sd]quo|[nm]dash|pound)\b)|\bamp;"
    r"|%(?:[0-9][0-9A-Fa-f]|[A-F][0-9A-F]|[a-f][0-9])|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.|$)"
    r"|\bU\+[0-9A-F]{4}|_x[0-9A-Fa-f]{4}_|(?:=[0-9A-F]{2})+|[\ufffd¿]|â€|â[\u00a2-\u00bf]|Ã[\u00a0-\u00ff]|Â[\u00a0-\u00bf]|(?<=[A-Za-z])\?(?=[a-z])"
)
DAMAGE_HINTS = (
    *("&", "amp;", "\\", "U+", "_x", "=", "\ufffd", "¿", "â€", "â¬", "â¦", "â¢", "Ã", "Â", "?"),
)
ENCODINGS = ("cp1252", "latin-1", "mac_roman", "cp850", "cp437")
NOT_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
# The characters beyond ASCII that letters have, and those that a damaged file begins with or has.
USUAL = {*map(chr, range(0xA0, 0x180)), *"ẀẁẂẃẄẅỲỳ‐‑‒–—―‘’‚“”„†‡•…‹›€™\ufeff\ufffd"}
BRACES = (
    r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}|\{\{|\}\}|\{%|%\}|(?<!\{)\{(?![^{}]*\})|^[^{]*\}"
)
PAIRS = {"“": "”", "‘": "’", '"': '"', "'": "'", "(": ")"}  # other rules know [], {}, <> and «»


def placeholder(passage: Passage) -> Iterator[Flaw]:
    """No text contains a placeholder for words that are still to be written.

    Placeholders are words and signs of a draft (TBC, XX, X%, ‘lorem’, ‘???’, rows of dots or
    underscores, [force] in square brackets), merge fields («name», <name>, {name}, %s), and what a
    program prints if a value is missing (None, #REF!, ‘Error! Bookmark not defined.’).
    """
    for start, end in _stand_ins(passage):
        words = passage.text[start:end]
        if EDITORIAL.fullmatch(words):
            continue
        if not words.startswith("[") or re.fullmatch(MEANT_TO_BE_FILLED, words):
            yield Flaw(start, end, f"'{words}' stands in for words", "Write them.", allow=True)
    # A piece of a template may well be a dash or a full stop between two values.
    is_whole = isinstance(passage.source, Document) and "particulars" not in passage.keys
    if is_whole and passage.text.strip() and passage.text.strip(" .").lower() in NOTHING:
        message = f"'{passage.text}' stands in for words"
        yield Flaw(0, len(passage.text), message, "Write them.", allow=True)


def square_brackets(passage: Passage) -> Iterator[Flaw]:
    """Square brackets enclose only the words that an editor adds to a quotation.

    Examples are ‘[the officers] were there’ and [sic].
    """
    if "[" not in passage.text:
        return
    for start, end in _stand_ins(passage):
        words = passage.text[start:end]
        if not words.startswith("[") or re.fullmatch(MEANT_TO_BE_FILLED, words):
            continue
        before = passage.text[:start]
        quoted = before.rfind("‘") > before.rfind("’ ") or before.rfind("“") > before.rfind("”")
        if not quoted and not EDITORIAL.fullmatch(words):
            message = f"'{words}' stands in square brackets outside a quotation"
            yield Flaw(start, end, message, "Look whether words are missing.", allow=True)


def _stand_ins(passage: Passage) -> Iterator[tuple[int, int]]:
    """Find the places of what stands in for words, outside addresses, markup and braces."""
    if not _has_any(passage, HINTS):
        return
    text = re.sub(f"{MARKUP}|{BRACES}", _blank, _without_addresses(passage.text))
    for match in re.finditer(STAND_IN, text):
        # Why: the strings of a template name files and values, and have forms for figures.
        if passage.kind is not Kind.PROSE or not re.match(r"[%$#@^~]|[A-Za-z]+_", match[0]):
            yield match.span()


def _has_any(passage: Passage, hints: tuple[str, ...]) -> bool:
    """Tell whether a passage has any of the words ``hints``, or a % in an odd place."""
    odd = "%" in passage.text and ODD_PERCENT.search(passage.text) is not None
    return odd or has_any(passage, hints)


def _without_addresses(text: str) -> str:
    """Put letters in the place of each address, which may have signs of its own."""
    return re.sub(ADDRESS, lambda match: "a" * len(match[0]), text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def markup(passage: Passage) -> Iterator[Flaw]:
    """No text contains markup, such as <b> or **: the letter prints it unchanged."""
    if passage.kind is Kind.PROSE or not has_any(passage, MARKUP_HINTS):
        return
    for match in re.finditer(MARKUP, _without_addresses(passage.text)):
        words = passage.text[slice(*match.span())]
        message = f"'{words}' is markup, and will be printed as it is"
        yield Flaw(*match.span(), message, "Remove the signs, or write the words.", allow=True)


def damaged_text(passage: Passage) -> Iterator[Flaw]:
    """No text was damaged by a program: 'forceâ€™s', '&amp;', '%20', a lost character (U+FFFD)."""
    misread: set[int] = set()
    for flaw in _misread(passage):
        yield flaw
        misread.update(range(flaw.start, flaw.end))
    if passage.kind is Kind.PROSE or not _has_any(passage, DAMAGE_HINTS):
        return
    for match in re.finditer(DAMAGED, _without_addresses(passage.text)):
        if match.start() not in misread:
            message = f"'{match[0]}' shows that the text was damaged on its way here"
            yield Flaw(*match.span(), message, "Type it again.")


def _misread(passage: Passage) -> Iterator[Flaw]:
    """Find characters that were saved as UTF-8 and read in another encoding, once or more often."""
    if passage.text.isascii():
        return
    for match in NOT_ASCII.finditer(passage.text):
        # Why without an end, too: a quotation mark or a dash may be beside the damage.
        for start, end in ((0, 0), (0, 1), (1, 0), (1, 1)):
            first, last = match.start() + start, match.end() - end
            words = passage.text[first:last]
            if len(words) > 1 and (meant := _meant(words)) is not None:
                message = f"'{words}' shows that the text was damaged on its way here"
                yield Flaw(first, last, message, f"Type '{meant}'.")
                break


def _meant(run: str) -> str | None:
    """Return the characters that ``run`` was before, or None if it was not misread."""
    for encoding in ENCODINGS:
        try:
            data = run.encode(encoding)
            whole = data.decode()
        except UnicodeError:
            continue
        if USUAL.issuperset(whole):
            return _meant(whole) or whole
    return None


def braces(passage: Passage) -> Iterator[Flaw]:
    """{{ }} and {% %} belong in templates: in a text, the letter prints them unchanged."""
    if passage.kind is Kind.PROSE or not ("{" in passage.text or "}" in passage.text):
        return
    for match in re.finditer(BRACES, passage.text):
        yield Flaw(*match.span(), f"'{match[0]}' will be printed as it stands", "Write it out.")


def quoted_name(passage: Passage) -> Iterator[Flaw]:
    """No name is wholly in quotation marks or brackets: the letter prints them with it."""
    if passage.kind is Kind.NAME and _is_enclosed(passage):
        message = f"the whole of {passage.text} is in quotation marks or brackets"
        yield Flaw(0, len(passage.text), message, "Remove them.", allow=True)


def quoted_finding(passage: Passage) -> Iterator[Flaw]:
    """A finding is the inspectorate's own words: no quotation marks enclose the whole of it."""
    if passage.kind not in {Kind.NAME, Kind.PROSE} and _is_enclosed(passage):
        message = "the whole text is in quotation marks or brackets"
        remedy = "Remove them, unless it is a quotation."
        yield Flaw(0, len(passage.text), message, remedy, about=passage.finding_id, allow=True)


def _is_enclosed(passage: Passage) -> bool:
    text = passage.text.strip()
    closing = PAIRS.get(text[:1])
    within = text[1:-1]
    # Why not for ’: an apostrophe looks like the closing mark.
    alone = text[:1] not in within and (closing == "’" or str(closing) not in within)
    return len(text) > 1 and text[-1] == closing and alone
