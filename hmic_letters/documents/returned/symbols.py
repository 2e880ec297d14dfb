"""The characters of symbol typefaces, which a file records as codes of that typeface alone."""

# The typeface Symbol from 0x20 on; a space is a code without a character of its own.
SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼ "
    "                                "
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑"
)
WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x76: "❖", 0x78: "☒",
    0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
TYPEFACES = {
    "symbol": {0x20 + at: one for at, one in enumerate(SYMBOL) if one != " " or not at},
    "wingdings": WINGDINGS,
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
    "webdings": {0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗"},
}
# Characters for private use whose typeface is lost; programs make bullets of them.
LOST = {0xA7: "▪", 0xB7: "•", 0xD8: "➢", 0xFC: "✓"}
PRIVATE = range(0xE000, 0xF900)  # where Word puts the codes of such a typeface, from 0xF000 on
CODES = range(0x21, 0x100)  # of such a typeface
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def is_symbolic(typeface: str) -> bool:
    """Return whether a typeface shows symbols in the place of letters."""
    return typeface.casefold() in TYPEFACES or typeface.casefold() == "wingdings 3"


def symbol(typeface: str, code: int) -> str:
    """Return the character that a code of a typeface shows; UNKNOWN if it is not known."""
    is_own = code in PRIVATE or (code in CODES and is_symbolic(typeface))
    if not is_own:
        return chr(code)
    return TYPEFACES.get(typeface.casefold(), LOST).get(code & 0xFF, UNKNOWN)
