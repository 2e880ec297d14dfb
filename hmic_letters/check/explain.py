"""The code of a problem -> what the rule is and why: the help of ``check --explain``."""

from textwrap import dedent

from hmic_letters.check import catalogue
from hmic_letters.check.allowances import UNUSED
from hmic_letters.check.letters import readback
from hmic_letters.problem import Severity

# The codes that are not a check's: what reading, understanding and making letters come upon.
OTHERS = {
    # reading a file
    "missing-file": "Every force of the register has its file, data/forces/<force>.yaml.",
    "unreadable": "The files of a workspace can be read by whoever runs the tool.",
    "not-a-file": "A link, a folder or a pipe is not read in the place of a file: a letter is made "
    "of what is in the workspace and of nothing else.",
    "too-large": "A force's file has some 20,000 bytes. One of more than a million is not read: "
    "something else was saved under its name.",
    "too-deep": "Nothing in a workspace is nested more than a few levels deep.",
    "encoding": "Files are UTF-8, with or without a byte order mark, with either line end.",
    "unprintable": "A control character in a file is invisible, and YAML does not allow it.",
    "empty-file": "A file holds something.",
    "yaml": "The file is not YAML at the place shown, often because of the line above. What comes "
    "after it in the file cannot be read.",
    "second-document": "A line '---' begins a second document; a file holds one.",
    "reference": "Words that begin with &, * or ! are references and tags in YAML. They would make "
    "one text stand in two places, or a text be something else, and are not used here.",
    "repeated-key": "A key stands once. Most readers of YAML keep the last in silence, and what is "
    "under the first is lost.",
    "odd-key": "A key is one word before a colon.",
    "comment": "In YAML a # after a space begins a comment, and 'See action #3' loses its end in "
    "silence. A comment here is set off by two spaces before its # and one after it, or has a line "
    "of its own.",
    # understanding it
    "unknown-key": "A key that is not one of its place is a slip of the keyboard, and what is "
    "under it would be left out of the letter.",
    "missing-key": "A key that every file of its kind has is missing.",
    "no-value": "A key has nothing after its colon. Where it may be left out, the key goes too.",
    "not-text": "A text stands where a list or keys do.",
    "not-a-list": "A list stands here: each entry on a line of its own that begins with '- '.",
    "not-keys": "Keys with values stand here, each on a line of its own.",
    "not-a-choice": "One of a few words stands here.",
    "not-a-name": "A name by which files speak of a force, a theme, an inspector, a finding, a "
    "template or a check has letters, hyphens and, where it may, digits.",
    "not-a-count": "A count in digits stands here.",
    "true-or-false": "Of the words by which YAML readers mean yes and no, only true and false are "
    "taken; the others mean another thing to another reader.",
    "date": "A date is written 2014-09-03, a moment 2014-09-04 00:01: no other way of writing it "
    "means the same to everybody.",
    "embargo-time": "On the last Sunday of March London's clocks skip the hour from 01:00, on the "
    "last Sunday of October they show it twice. An embargo that lifts in that hour has no moment, "
    "or two.",
    "empty": "A text has words in it.",
    "line-break": "A text is one paragraph. A blank line in it, or a line that begins with more "
    "spaces than the one before, would end a line on the page.",
    UNUSED: "An entry under 'allowed' that silences nothing is out of date or misspelt, and might "
    "one day silence what it was not meant for.",
    # letters that are made
    readback.UNREADABLE: "A letter is a PDF that PDF readers can read.",
    readback.STRAY: "A letter is there for every force of the register, and for no other.",
    # making a letter
    "template": "The template could not be rendered with this letter.",
    "screen": "The page for screens says the words of the letter on paper, and holds all that it "
    "shows: it fetches nothing.",
    "pdf": "The PDF could not be made as the template and the style sheet say. WeasyPrint would go "
    "on without the picture, the glyph or the style; a letter does not.",
    "unwritable": "The letter was made and could not be put in its place; an older one stays as it "
    "was.",
    "killed": "The process that made the letter was ended from outside, often for want of memory.",
    "defect": "The tool itself erred.",
}

# Those of the factual accuracy check.
ACCURACY_CHECK = {
    # the form that a force returned
    "another-force": "The reference on a form names its force: another's points are never taken.",
    "contradiction": "A form that says there are no inaccuracies makes no point.",
    "empty-form": "A form without any point may be the wrong file, or one that was not saved; only "
    "the tick says that there are no inaccuracies.",
    "no-author": "Each point has its author, so that somebody else decides it.",
    "no-class": "The class tells what a point needs: B, a wrong fact, needs evidence.",
    "no-evidence": "A fact is changed for evidence that others can look up years later.",
    "no-point": "A row with a class and no words says nothing that could be decided.",
    "no-reference": "The reference on a form says which force was sent which proof.",
    "no-table": "The points are read from the form's table, under its headings.",
    "not-a-form": "A form comes back as .docx or .xlsx, of a size that people fill in.",
    "received-before": "A file is taken in once, or its points would stand there twice.",
    "unknown-proof": "The reference on a form is that of a proof that was sent.",
    # its record
    "agreed-wording": "Only a point that is accepted, whole or in part, changes the letter.",
    "fragment": "The agreed wording takes the place of the finding's whole text, so a part of it "
    "would cut the finding.",
    "no-agreed-wording": "What is accepted changes the letter, and that needs its words.",
    "no-decision": "By whom, when and why say nothing without what was decided.",
    "no-reason": "The force is told why, unless its point was simply accepted.",
    "no-such-finding": "A point is on a finding of the proof that was checked, on the letter "
    "('letter'), or on something left out ('new').",
    "no-such-proof": "A point is on a proof that was sent.",
    "own-point": "The decider is not the author of the point.",
    "proofs": "The proofs that were sent are in the order of their numbers.",
    "repeated-point": "A point is decided under its id, which no other has.",
    "undated-decision": "Somebody decided it on some day, and answers for it.",
    # its steps
    "changed-meanwhile": "Two people saved the file at one moment; neither's words are lost.",
    "changed-since": "What the force checked and what stands in the file now are not the same "
    "words: a person has to look whether the point still holds.",
    "closed": "After its closing nothing is added to a check.",
    "has-points": "A force that made points gets an answer to each.",
    "has-response": "A force that responded is not closed for want of a response.",
    "no-response": "A check ends with a response, or once the day for it is over.",
    "no-such-point": "A decision is on a point that the force made.",
    "no-version": "Versions to compare are proofs as they were sent, the letter as the data has "
    "it, and the letter that was made last.",
    "not-applied": "'apply' changes the text of a finding and no other byte of the file.",
    "not-in-letter": "What was agreed is in the letter before the force is told so.",
    "not-overdue": "A force has its whole time to answer.",
    "not-sent": "The check of a force begins with its first proof.",
    "other-points": "'apply' puts text in the place of text; points are added and removed by hand.",
    "sent-twice": "Two runs sent the same force a proof at one moment; one of them counts.",
    "two-wordings": "A finding has one wording.",
    "undecided": "Every point is decided before the force is answered and the check is closed.",
}

# Dispatch, the record and publication.
PUBLICATION = {
    "archive": "An archive is of letters that were dispatched, and lies outside their record.",
    "changed-since-closing": "What goes out is what the force has checked.",
    "clock-behind": "A clock that is earlier than what is on record is not right, and nothing is "
    "recorded or published by it.",
    "copy": "Each page of a copy shows whose copy it is, in its words and in its picture.",
    "dispatched-before": "A letter that goes out again is a new version, and the record says why.",
    "embargo-not-on-record": "The embargo that counts is the one that the letters were dispatched "
    "with, or that was moved for the record: typing another one into the file lifts none.",
    "embargo-move": "An embargo is moved to another moment than its own, which is still to come.",
    "embargoed": "Nothing is public before the embargo lifts, by London's time. No option changes "
    "that.",
    "enclosure": "A letter that says that something is attached goes out with it: a PDF that is not"
    " encrypted, whose pages can be stamped.",
    "ledger-head": "The file 'head' is written after each line of the ledger, and has the last "
    "line's number and hash: so a line that was taken away at the end is missed.",
    "ledger-line": "Each line of the ledger holds the hash of the one before. docs/record.md has "
    "the format.",
    "not-dispatched": "What is public is what was dispatched.",
    "not-in-register": "What was dispatched is published, or it is said why not.",
    "open-check": "A letter goes out once the force's accuracy check is closed.",
    "other-embargo": "A letter that names another day than the embargo's is not published: its "
    "copies are to be replaced first.",
    "public-differs": "The public letter says what was dispatched, word for word. The notice of "
    "the embargo and what stands in the margins alone are gone.",
    "public-not-made": "A public letter is made from the inputs of the dispatched one. Where this "
    "version of the tool does not take them, the version that made the letter does.",
    "rebuilt-differs": "A letter made again from its recorded inputs has the same bytes, as long "
    "as tool, fonts and libraries are the same. Where they are not, nothing is wrong.",
    "record-added": "Nothing lies in the ledger's folder, in dispatched/ and in published/ but "
    "what the ledger speaks of.",
    "record-changed": "What was sent, received, dispatched or published is never changed.",
    "record-missing": "What was sent, received, dispatched or published is kept.",
    "record-open": "What is embargoed is read by nobody but the account that keeps it.",
    "specimen-letter": "Specimen text says nothing about any force, and never goes out.",
}

CHECKS: tuple[catalogue.Check[object], ...] = (
    *catalogue.CHECKS,
    *readback.FILE_CHECKS,
    *readback.LETTER_CHECKS,
    *readback.PICTURE_CHECKS,
)
SEVERITIES = {check.code: check.severity for check in CHECKS} | {UNUSED: Severity.WARNING}


def codes() -> tuple[str, ...]:
    """Every code that a problem can have, in alphabetical order."""
    return tuple(
        sorted([*OTHERS, *ACCURACY_CHECK, *PUBLICATION, *(check.code for check in CHECKS)])
    )


def severity(code: str) -> Severity:
    """Of a code's problems."""
    return SEVERITIES.get(code, Severity.ERROR)


def explanation(code: str) -> str:
    """What the rule is and why. Raises KeyError for a code that no problem has."""
    for check in CHECKS:
        if check.code == code:
            first, _, rest = (check.run.__doc__ or "").partition("\n")
            return f"{first}\n{dedent(rest)}".strip()
    return (OTHERS | ACCURACY_CHECK | PUBLICATION)[code]
