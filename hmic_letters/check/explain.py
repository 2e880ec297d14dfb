"""Explain the code of a problem: what the rule is and why, for ``check --explain``."""

from textwrap import dedent

from hmic_letters.check import catalogue
from hmic_letters.check.allowances import UNUSED
from hmic_letters.check.letters import readback
from hmic_letters.problem import Severity

# Codes of problems outside the checks: from reading files, understanding them and making letters.
OTHERS = {
    # reading a file
    "missing-file": "Every force of the register has a file, data/forces/<force>.yaml.",
    "unreadable": "The person who runs the tool can read every file of the workspace.",
    "not-a-file": "The tool reads no links, folders or pipes instead of files. Why: a letter is "
    "made from the contents of the workspace and from nothing else.",
    "too-large": "A force's file has some 20,000 bytes. The tool reads no file of more than a "
    "million bytes: something else was saved under its name.",
    "too-deep": "Nothing in a workspace is nested more than a few levels deep.",
    "encoding": "Files are UTF-8, with or without a byte order mark, and with either kind of line "
    "end.",
    "unprintable": "A file contains no control characters: they are invisible, and YAML does not "
    "allow them.",
    "empty-file": "No file of a workspace is empty.",
    "yaml": "A file is valid YAML. The error is at the place shown, and often comes from the line "
    "above. The tool cannot read the rest of the file.",
    "second-document": "A file contains one document. A line '---' begins a second one.",
    "reference": "Words do not begin with &, * or !, and lines not with %, because these mark "
    "references, tags and directives in YAML. A reference would put one text in two "
    "places; a tag could turn a text into something else.",
    "repeated-key": "A key appears once. Most readers of YAML silently keep the last one, and lose "
    "everything under the first.",
    "odd-key": "A key is one word before a colon.",
    "comment": "A comment is on a separate line, or has two spaces before its # and one after it. "
    "Why: in YAML a # after a space begins a comment, and 'See action #3' silently loses its end.",
    # understanding it
    "unknown-key": "Every key belongs in its place. An unknown key is a typing error, and the "
    "letter would leave out everything under it.",
    "missing-key": "Every file has the keys that all files of its kind have.",
    "no-value": "A key has a value after its colon. To leave out an optional value, remove its "
    "key, too.",
    "not-text": "The value is a text, not a list or keys.",
    "not-a-list": "The value is a list. Each entry is on a separate line that begins with '- '.",
    "not-keys": "The value consists of keys with values, each on a separate line.",
    "not-a-choice": "The value is one of a few words.",
    "not-a-name": "A name consists of letters, hyphens and, where allowed, digits. Files use such "
    "names for forces, themes, HM Inspectors, findings, templates and checks.",
    "not-an-address": "An e-mail address is one address alone, without a name, brackets or another "
    "address. The letter goes there.",
    "not-a-count": "The value is a count in digits.",
    "true-or-false": "The value is true or false. YAML readers accept other words for yes and no, "
    "but disagree on their meaning.",
    "date": "A date is written 2014-09-03, and a moment 2014-09-04 00:01. Other ways of writing "
    "them do not mean the same to everybody.",
    "embargo-time": "An embargo does not lift in an hour that London's clocks skip or repeat. On "
    "the last Sunday of March they skip the hour from 01:00. On the last Sunday of October they "
    "show it twice. A time in that hour has no moment, or two.",
    "empty": "A text contains words.",
    "line-break": "A text is one paragraph. A blank line in it would end a line on the page of the "
    "PDF. So would a line that begins with more spaces than the line before.",
    UNUSED: "An entry under 'allowed' allows a problem. An entry without a problem is out of date "
    "or misspelt. One day it might allow a problem by mistake.",
    # finished letters
    readback.UNREADABLE: "A letter is a PDF that PDF readers can read.",
    readback.STRAY: "The folder has letters for the forces of the register, and for no others.",
    # making a letter
    "template": "The template could not be rendered with this letter.",
    "screen": "The page has the same words as the PDF. It contains everything that it shows, and "
    "fetches nothing.",
    "pdf": "The PDF could not be printed as the template and the style sheet say. WeasyPrint would "
    "go on without the picture, the glyph or the style; the tool does not.",
    "unwritable": "The letter was made but could not be written to its file. An older letter there "
    "is unchanged.",
    "killed": "Something outside the tool ended the process that made the letter, often because "
    "memory was short.",
    "defect": "The tool itself has a defect.",
}

# Codes of problems in an accuracy check.
ACCURACY_CHECK = {
    # the form that a force returned
    "another-force": "The reference on a form names its force. The tool never takes points from "
    "another force's form.",
    "contradiction": "A form that reports no inaccuracies contains no points.",
    "empty-form": "A form has a point, or the tick that says that there are no inaccuracies. A "
    "form with neither may be the wrong file, or may not have been saved.",
    "no-author": "Each point names its author, so that somebody else decides it.",
    "no-class": "Each point has a class, which shows what it needs: a wrong fact, class B, needs "
    "evidence.",
    "no-evidence": "A change of a fact needs evidence that others can look up years later.",
    "no-point": "A row with a class also has words. Without words there is nothing to decide.",
    "no-reference": "The reference on a form shows which force received which proof.",
    "no-table": "A form has its table with the headings, because the tool reads the points there.",
    "not-a-form": "A form comes back as .docx or .xlsx, in a size that people can fill in.",
    "received-before": "A file is received once. Otherwise its points would be recorded twice.",
    "unknown-proof": "The reference on a form belongs to a proof that went to the force.",
    # the accuracy file
    "agreed-wording": "Only a point that is accepted, whole or in part, changes the letter.",
    "fragment": "The agreed wording replaces the whole text of the finding. A fragment would cut "
    "the finding.",
    "no-agreed-wording": "The decision to accept a point includes the agreed wording, because the "
    "letter changes.",
    "no-decision": "A decision gives the answer to the point. The person, the day and the reason "
    "mean nothing without it.",
    "no-reason": "The force gets a reason for each decision, unless its point was simply accepted.",
    "no-such-finding": "A point is about a finding of the proof that was checked, about the letter "
    "('letter'), or about an omission ('new').",
    "no-such-proof": "A point is about a proof that went to the force.",
    "own-point": "The author of a point does not decide it.",
    "proofs": "The proofs are listed in the order of their numbers.",
    "repeated-point": "No two points have the same id, because a decision refers to a point by its "
    "id.",
    "undated-decision": "A decision has a day, and the name of the person who answers for it.",
    # the steps of the check
    "changed-meanwhile": "When two people save a file at the same moment, neither loses any words.",
    "changed-since": "The finding has the same words now as when the force checked it. If it has "
    "not, a person has to look whether the point still applies.",
    "earlier-step": "No step of an accuracy check has an earlier day than what comes before it.",
    "before-sent": "A response comes on or after the day on which its proof was sent.",
    "closed": "After an accuracy check is closed, nothing is added to it.",
    "has-points": "A force that made points gets an answer to each.",
    "has-response": "A check is not closed for lack of a response if the force has responded.",
    "no-response": "A check ends with a response, or after the last day for one.",
    "no-such-point": "A decision is about a point that the force made.",
    "no-version": "A redline compares proofs that went to the force, the letter from the current "
    "data, and the letter that was made last.",
    "not-applied": "'apply' changes the text of a finding and no other byte of the file.",
    "not-in-letter": "The letter contains the agreed wording before the force gets its reply.",
    "not-overdue": "A force has its whole time to respond.",
    "not-sent": "A force's accuracy check begins with its first proof.",
    "other-points": "'apply' replaces text with text. People add and remove points under a finding "
    "by hand.",
    "sent-twice": "A proof goes to a force once. If two runs send it at the same moment, one of "
    "them counts.",
    "specimen-letter": "A specimen never goes out, because its text says nothing about any force.",
    "two-wordings": "A finding has one agreed wording.",
    "unread-cell": "An answer is read as it is shown. What is unclear is asked about, not guessed.",
    "unrecorded": "If a form is refused, nothing of it is recorded, and all that it says is shown.",
    "undecided": "Every point is decided before the force gets its reply and the check is closed.",
}

# Codes of problems in dispatch, the ledger with its folders, and publication.
PUBLICATION = {
    "archive": "An archive contains letters that were dispatched, and lies outside the folders "
    "that record them.",
    "changed-since-closing": "The letter that goes out is the letter that the force checked.",
    "clock-behind": "The clock is not earlier than the last event in the ledger. If it is, it is "
    "wrong, and the tool records and publishes nothing.",
    "copy": "Each page of a copy shows whose copy it is, in its text and in its picture.",
    "dispatched-before": "A letter that goes out again is a new version, and the ledger gives the "
    "reason.",
    "embargo-not-on-record": "The embargo that counts is that of the dispatch, or a later one "
    "recorded by 'embargo move'. A person who types another one into the file lifts no embargo.",
    "pair-not-ready": "The letters to one force in two languages go out together, and become "
    "public together.",
    "embargo-move": "An embargo moves to another moment, and that moment is in the future.",
    "embargoed": "Nothing is public before the embargo lifts, by London time. No option changes "
    "that.",
    "enclosure": "If a letter says that something is attached, its enclosure goes out with it. The "
    "enclosure is a PDF without encryption, and its pages can be stamped.",
    "ledger-head": "The file 'head' has the number and the hash of the ledger's last line. The "
    "tool writes it after each line, so that the loss of a line at the end is noticed.",
    "ledger-line": "Each line of the ledger contains the hash of the line before. docs/record.md "
    "describes the format.",
    "not-dispatched": "Only dispatched letters become public.",
    "not-in-register": "Every dispatched letter is published, or the tool reports why not.",
    "open-check": "A letter goes out after the force's accuracy check is closed.",
    "other-embargo": "A letter that names another day than the embargo's is not published. Its "
    "copies are replaced first.",
    "public-differs": "The public edition has the same words as the dispatched letter. Only the "
    "notice of the embargo and the text in the margins are gone.",
    "public-not-made": "A public letter is made from the inputs of the dispatched one. If this "
    "version of the tool does not take them, the version that made the letter does.",
    "rebuilt-differs": "A letter made again from its recorded inputs has the same bytes, if the "
    "tool, fonts and libraries are the same. If they differ, nothing is wrong.",
    "record-added": "The ledger's folder, dispatched/ and published/ contain only files that the "
    "ledger mentions.",
    "publication-waits": "A publication that was recorded and not put in its place waits, if the "
    "embargo was moved since.",
    "record-changed": "A file that was sent, received, dispatched or published never changes.",
    "record-missing": "A file that was sent, received, dispatched or published is kept.",
    "record-open": "Only the account that keeps embargoed files can read them.",
    "unseen-words": "A reader can see every word that goes out: none is pale or covered.",
}

CHECKS: tuple[catalogue.Check[object], ...] = (
    *catalogue.CHECKS,
    *readback.FILE_CHECKS,
    *readback.LETTER_CHECKS,
    *readback.PICTURE_CHECKS,
)
SEVERITIES = {check.code: check.severity for check in CHECKS} | {UNUSED: Severity.WARNING}


def codes() -> tuple[str, ...]:
    """Return every code that a problem can have, in alphabetical order."""
    return tuple(
        sorted([*OTHERS, *ACCURACY_CHECK, *PUBLICATION, *(check.code for check in CHECKS)])
    )


def severity(code: str) -> Severity:
    """Return the severity of a code's problems."""
    return SEVERITIES.get(code, Severity.ERROR)


def explanation(code: str) -> str:
    """Return the rule of a code, and the reason for it.

    Raises:
        KeyError: no problem has the code.
    """
    for check in CHECKS:
        if check.code == code:
            first, _, rest = (check.run.__doc__ or "").partition("\n")
            return f"{first}\n{dedent(rest)}".strip()
    return (OTHERS | ACCURACY_CHECK | PUBLICATION)[code]
