"""A new passphrase, of words that a person can read out on the telephone."""

from xkcdpass import xkcd_password

WORDS = 7  # of 6,134 (12.6 bits each): 88 bits
SHORTEST, LONGEST = 4, 8  # letters of a word


def new_passphrase() -> str:
    """Join seven English words with hyphens; the system's random source chooses the words.

    The words are those of four to eight letters in the Electronic Frontier Foundation's long list.
    """
    words = xkcd_password.generate_wordlist(
        wordfile=xkcd_password.locate_wordfile("eff-long"),
        min_length=SHORTEST,
        max_length=LONGEST,
        valid_chars="[a-z]",
    )
    return str(xkcd_password.generate_xkcdpassword(words, numwords=WORDS, delimiter="-"))
