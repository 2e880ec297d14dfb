"""Every claim of docs/record.md and SECURITY.md has its tests.

CLAIMS has words of each sentence that claims something, with the tests that hold it. ADVICE has
words of the sentences that tell people what to do or what nobody can prevent. A sentence that has
no row, a row without its sentence and a test that is not there are faults.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from helpers.project import PROJECT

RECORD, SECURITY = "docs/record.md", "SECURITY.md"

# By document: some words of a sentence, and tests by folder, file and name (under tests/).
CLAIMS: dict[str, dict[str, str]] = {
    RECORD: {
        "has one line for each event, in the order": """
            record/test_ledger.py::test_it_says_what_was_done_by_whom_and_when
            record/test_disk_faults.py::test_an_error_of_the_disk_loses_nothing""",
        "A line is a JSON object in UTF-8": """
            record/test_form.py::test_a_line_has_the_form_that_the_document_states""",
        "Nothing is ever changed in it": """
            record/test_disk_faults.py::test_an_error_of_the_disk_loses_nothing
            record/test_ledger.py::test_nothing_is_added_to_a_record_that_does_not_hold""",
        "`number` | 1, 2, 3": "record/test_form.py::test_each_line_has_the_hash_of_the_one_before",
        "`previous` | the SHA-256": """
            record/test_form.py::test_each_line_has_the_hash_of_the_one_before""",
        "`event` | `sent`": "record/test_form.py::test_the_document_names_every_key_and_event",
        "`force` | the force": "record/test_form.py::test_each_event_says_what_the_document_states",
        "`by` | the account": "record/test_form.py::test_each_event_says_what_the_document_states",
        "`utc`, `london` | the moment": """
            record/test_ledger.py::test_it_says_what_was_done_by_whom_and_when""",
        "`files` | the SHA-256 of each file": """
            record/test_form.py::test_each_event_says_what_the_document_states
            record/test_verify.py::test_a_changed_or_missing_file_is_found""",
        "`about` | what else": "record/test_form.py::test_each_event_says_what_the_document_states",
        "Of a dispatch, `about` has": """
            record/test_form.py::test_each_event_says_what_the_document_states
            record/test_ledger.py::test_it_says_what_was_done_by_whom_and_when""",
        "Of a publication it has the `versions`": """
            record/test_form.py::test_each_event_says_what_the_document_states""",
        "the later one holds": "record/test_form.py::test_the_later_of_two_lines_holds",
        "`ledger/head` has the number": """
            record/test_form.py::test_the_head_is_the_number_and_hash_of_the_last_line""",
        "While a line is written it has two such lines": """
            record/test_ledger.py::test_what_a_killed_run_left_is_mended""",
        "A run that was killed in between": """
            record/test_ledger.py::test_what_a_killed_run_left_is_mended
            record/test_disk_faults.py::test_an_error_of_the_disk_loses_nothing
            record/test_disk_faults.py::test_real_runs_that_are_killed_lose_nothing""",
        "Any other byte in either file": """
            record/test_ledger.py::test_a_flipped_bit_of_the_ledger_is_found
            record/test_ledger.py::test_bytes_after_the_last_line_are_found
            record/test_ledger.py::test_no_bytes_make_reading_fail""",
        "No line is earlier than the one before": """
            record/test_ledger.py::test_no_line_is_earlier_than_the_one_before""",
        "`verify` also tells what other accounts": """
            record/test_ledger.py::test_what_others_can_reach_is_told
            record/test_verify.py::test_embargoed_texts_that_others_can_reach_are_told""",
        "is written as `.NAME.xxxxxxxx.pending`": """
            record/test_verify.py::test_a_file_that_somebody_saved_since_is_not_written_over""",
        "The next run completes that after a kill": """
            record/test_verify.py::test_a_file_that_somebody_saved_since_is_not_written_over
            record/test_disk_faults.py::test_an_error_of_the_disk_loses_nothing""",
        "It puts a recorded publication in its place": """
            record/test_verify.py::test_a_publication_waits_for_an_embargo_that_was_moved""",
        "Each dispatch note,": """
            record/test_ledger.py::test_a_last_line_that_was_taken_away_is_missed
            record/test_form.py::test_the_commands_print_the_hash_of_their_line""",
        "`hmic-letters verify --rebuild` also makes": """
            record/test_ledger.py::test_letters_are_made_again_with_the_same_bytes""",
        "may make other bytes, or none": """
            record/test_remake.py::test_another_maker_is_no_fault_of_the_record
            record/test_remake.py::test_inputs_that_this_version_does_not_take_are_refused
            record/test_old_records.py::test_letters_are_made_again_or_it_is_said_who_made_them""",
        "The command then names what made the letter": """
            record/test_remake.py::test_what_made_it_is_named_where_it_is_another
            record/test_old_records.py::test_letters_are_made_again_or_it_is_said_who_made_them""",
        "another letter is an error": """
            record/test_ledger.py::test_a_letter_that_is_made_again_another_is_a_problem""",
        "`tests/verify-ledger.sh DIR` checks": """
            record/test_ledger.py::test_it_can_be_checked_without_the_tool""",
        "A changed, missing or added byte is found.": """
            record/test_ledger.py::test_a_flipped_bit_of_the_ledger_is_found
            record/test_ledger.py::test_a_flipped_bit_of_what_went_out_is_found
            record/test_ledger.py::test_what_is_missing_or_added_is_found
            record/test_ledger.py::test_a_line_that_was_put_in_is_found""",
        "can put another record in its place": """
            record/test_ledger.py::test_a_last_line_that_was_taken_away_is_missed""",
        "The clock guards against mistakes": """
            publication/test_publish.py::test_a_real_process_publishes_at_the_moment_and_not_before
            publication/test_publish.py::test_a_faked_clock_does_not_get_past_the_machines_own""",
        "The tool compares three times": """
            publication/test_publish.py::test_two_clocks_of_the_kernel_that_disagree_are_told
            publication/test_publish.py::test_a_faked_clock_does_not_get_past_the_machines_own""",
        "If the tool cannot ask the kernel": """
            publication/test_publish.py::test_without_the_kernels_clock_nothing_is_published_and_all_is_read
            publication/test_publish.py::test_two_clocks_of_the_kernel_that_disagree_are_told
            publication/test_publish.py::test_a_faked_clock_does_not_get_past_the_machines_own""",
        "Commands that only read still work": """
            publication/test_publish.py::test_without_the_kernels_clock_nothing_is_published_and_all_is_read""",
        "The tool warns if the time of the process is earlier": """
            record/test_clock.py::test_an_earlier_time_of_the_process_is_told_and_counts
            publication/test_publish.py::test_a_clock_earlier_than_the_record_is_not_trusted""",
        "then the ledger records the new time": """
            publication/test_publish.py::test_a_clock_earlier_than_the_record_is_not_trusted
            record/test_ledger.py::test_no_line_is_earlier_than_the_one_before""",
        "The tool runs on Linux and macOS": """
            record/test_clock.py::test_on_another_system_one_sentence_is_said
            publication/test_publish.py::test_without_the_kernels_clock_nothing_is_published_and_all_is_read""",
        "On macOS the process's own clock counts": """
            record/test_clock.py::test_elsewhere_the_process_s_own_clock_counts""",
        "The copies are encrypted with AES-256": """
            publication/test_dispatch.py::test_two_readers_open_a_copy_with_its_passphrase_alone
            publication/test_dispatch.py::test_passphrases_are_seven_words_of_6134""",
        "may be read by a screen reader": """
            publication/test_dispatch.py::test_two_readers_open_a_copy_with_its_passphrase_alone""",
    },
    SECURITY: {
        "A leak does not lift the embargo": """
            publication/test_publish.py::test_the_moment_by_an_injected_clock""",
        "shows how much time remains": "publication/test_publish.py::test_the_embargo_is_shown",
        "refuses until then, and no option": """
            publication/test_publish.py::test_a_real_process_publishes_at_the_moment_and_not_before""",
        "Run `hmic-letters trace FILE` with the PDF": """
            publication/test_dispatch.py::test_a_copy_is_traced
            publication/test_trace.py::test_the_command_says_what_it_reads""",
        "It shows the serial, the force": """
            publication/test_dispatch.py::test_a_copy_is_traced
            publication/test_dispatch.py::test_the_slip_says_what_it_opens_and_how""",
        "it shows candidates": """
            publication/test_trace.py::test_a_misread_picture_names_candidates
            publication/test_trace.py::test_the_command_says_what_it_reads""",
        "it needs tesseract": "publication/test_trace.py::test_without_tesseract_texts_are_read",
        "`hmic-letters log FORCE` shows each proof": """
            record/test_ledger.py::test_it_says_what_was_done_by_whom_and_when""",
        "also shows when, and by which account": """
            record/test_form.py::test_the_log_shows_when_and_by_which_account""",
        "adds whom each copy was copied to": """
            record/test_form.py::test_each_event_says_what_the_document_states
            record/test_form.py::test_the_log_shows_when_and_by_which_account""",
        "It reports each changed, missing or added byte": """
            record/test_ledger.py::test_a_flipped_bit_of_what_went_out_is_found
            record/test_ledger.py::test_what_is_missing_or_added_is_found
            record/test_ledger.py::test_what_others_can_reach_is_told""",
        "run `hmic-letters verify --head HASH` with": """
            record/test_ledger.py::test_a_last_line_that_was_taken_away_is_missed""",
        "The ledger has no event for a leak": """
            record/test_form.py::test_the_document_names_every_key_and_event""",
        "The new time must be in the future": """
            publication/test_publish.py::test_an_embargo_moves_to_another_moment_to_come""",
        "lists each copy that now shows the wrong time": """
            publication/test_publish.py::test_a_moved_embargo_names_the_copies_that_are_wrong""",
        "leaves out a letter that names another embargo": """
            publication/test_publish.py::test_a_moved_embargo_names_the_copies_that_are_wrong""",
        "has a new serial and a new passphrase": """
            publication/test_dispatch.py::test_it_goes_out_again_for_a_reason_alone""",
        "The old passphrase still opens the old copy": """
            publication/test_dispatch.py::test_it_goes_out_again_for_a_reason_alone""",
        "have the same copy, with the same serial": """
            publication/test_dispatch.py::test_the_slip_says_what_it_opens_and_how""",
        "Proofs and the letters in `letters/` have no serial": """
            record/test_form.py::test_proofs_and_letters_have_no_serial""",
        "only if no byte of the file has changed": """
            record/test_form.py::test_proofs_and_letters_have_no_serial""",
        "can name only plain data": """
            letter/test_sandbox.py::test_nothing_that_can_be_called_is_reached
            letter/test_sandbox.py::test_a_template_runs_nothing
            letter/test_sandbox.py::test_the_filters_are_jinja2_s_and_three_of_ours""",
        "Each page has a budget of steps and text": """
            letter/test_sandbox.py::test_a_template_that_would_not_end_is_told_at_its_line
            letter/test_sandbox.py::test_the_budget_is_that_of_one_page
            pdf/test_pdf.py::test_no_network_is_touched_and_no_file_read""",
        "A process of its own reads them": """
            documents/test_reading.py::test_whatever_a_library_does_it_does_apart
            documents/test_reading.py::test_a_hostile_form_takes_down_nothing""",
        "We refuse more than 10 MB packed": """
            documents/test_reading.py::test_a_form_beyond_all_bounds_is_refused
            documents/test_reading.py::test_a_hostile_form_takes_down_nothing
            documents/test_reading.py::test_a_form_that_is_no_file""",
        "`dispatch` refuses a file that is not a PDF": """
            publication/test_dispatch.py::test_an_enclosure_that_cannot_be_stamped_is_refused
            publication/test_dispatch.py::test_an_enclosure_takes_no_letters_place""",
        "as for forms, with 40 MB and 500 pages": """
            documents/test_reading.py::test_whatever_a_library_does_it_does_apart
            publication/test_enclosure.py::test_too_many_pages_are_refused""",
        "a form XObject that cannot reach our marks": """
            publication/test_enclosure.py::test_no_content_reaches_the_marks""",
        "Scripts, actions and attached files are taken out": """
            publication/test_enclosure.py::test_the_plan_tells_what_is_taken_out
            publication/test_enclosure.py::test_no_link_runs_anything""",
        "Then each page of each copy is drawn": """
            publication/test_enclosure.py::test_a_mark_that_cannot_be_seen_is_no_mark
            publication/test_enclosure.py::test_a_covered_mark_is_seen
            publication/test_enclosure.py::test_a_copy_mark_without_its_serial_goes_nowhere""",
        "`trace` opens a PDF, PNG or JPEG": """
            publication/test_trace.py::test_what_cannot_be_read_says_why
            publication/test_trace.py::test_a_page_of_any_size_is_read_in_little_memory""",
        "one the words, then one each page": """
            publication/test_trace.py::test_a_hostile_file_takes_little_time""",
        "stops at a page that cannot be read": """
            publication/test_trace.py::test_a_hostile_file_takes_little_time""",
        "It must only read it": "publication/test_trace.py::test_the_command_says_what_it_reads",
        "a change of `data/inspection.yaml` lifts nothing": """
            publication/test_publish.py::test_an_embargo_that_is_typed_in_lifts_nothing""",
        "On Linux a later time that `faketime`": """
            publication/test_publish.py::test_a_faked_clock_does_not_get_past_the_machines_own""",
        "Only the owner can read the letters": """
            publication/test_dispatch.py::test_nobody_else_can_read_what_went_out
            publication/test_dispatch.py::test_the_record_of_the_check_is_its_owners_alone
            making/test_generate.py::test_what_is_written_is_its_owners_alone""",
        "The preview answers only on this machine": """
            preview/test_preview.py::test_nobody_else_is_answered
            preview/test_preview.py::test_it_listens_on_no_other_address""",
        "can read texts from files": """
            record/test_written_once.py::test_texts_of_a_decision_out_of_a_file_and_typed""",
        "old or new, never half written": """
            record/test_disk_faults.py::test_real_runs_that_are_killed_lose_nothing
            record/test_disk_faults.py::test_an_error_of_the_disk_loses_nothing
            publication/test_dispatch.py::test_three_at_once_leave_a_record_that_holds
            making/test_generate.py::test_a_killed_run_leaves_whole_letters_and_the_next_sweeps_up""",
        "`verify` finds a changed, missing or added byte in the ledger": """
            record/test_ledger.py::test_a_flipped_bit_of_the_ledger_is_found
            record/test_ledger.py::test_a_flipped_bit_of_what_went_out_is_found""",
        "It can replace the record with another": """
            record/test_ledger.py::test_a_last_line_that_was_taken_away_is_missed""",
        "Only a hash that you keep elsewhere": """
            record/test_ledger.py::test_a_last_line_that_was_taken_away_is_missed""",
        "The ledger then records the time that they set": """
            publication/test_publish.py::test_a_real_process_publishes_at_the_moment_and_not_before""",
        "the tool trusts the clock that it sees": """
            record/test_clock.py::test_elsewhere_the_process_s_own_clock_counts""",
        "The tool sends nothing": "test_architecture.py::test_imports_lead_downward",
    },
}
# By document: some words of each sentence that claims nothing of the tool, one on a line.
ADVICE: dict[str, str] = {
    RECORD: """
        key | what it is |
        The clock does not guard against people
        Anyone with a copy of the workspace
        They can also change this tool's code
        can be removed by who wants to
        The command line tools of poppler
    """,
    SECURITY: """
        This page has three parts
        Each office fills in
        Keep the file.
        Copy it, unchanged
        Note where and when
        Do not upload it
        Tell the office.
        [OFFICE: write here whom
        Do not publish early.
        Find the copy.
        Find who holds
        Check the record.
        Run `hmic-letters verify`.
        Write down what you did.
        Keep your notes outside
        Decide about the embargo
        If the date changes
        Replace a passphrase
        Run `hmic-letters dispatch FORCE
        Know the limits
        cannot tell them apart
        A serial shows which copy
        does not prove who leaked it
        Anyone who can open a copy
        The trace then finds nothing
        Report it in private
        Give:
        the version (
        the command, its output
        a file that shows the flaw
        Never put an embargoed text
        We treat these as hostile
        Templates.
        Response forms.
        Enclosures.
        Traced files.
        We also defend
        Publication before
        Other users of the machine.
        Other processes.
        Changes to the record.
        An account that can write
        Root, and anyone
        They can publish early
        Anyone who can change our code
        They can do as they like
        Anyone who takes a copy
        They can read its letters
        People who may read a copy
        They can photograph it
        PDF programs follow
        E-mail and telephone.
        It cannot protect what a person
    """,
}


def sentences(name: str) -> Iterator[str]:
    """Every sentence of a document, and every row of its tables, on one line."""
    text = (PROJECT / name).read_text("utf-8")
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-|>]|\d+\.)\s?)", text):
        line = " ".join(re.sub(r"^\s*(?:[-|>]|\d+\.)\s*", "", block.strip()).split())
        if line.strip("-| ") and not line.startswith("#"):
            yield from re.split(r"(?<=[.?!])\**\s+(?=[A-Z`'*\[])", line)


@pytest.mark.parametrize("name", CLAIMS)
def test_every_sentence_has_a_row_and_every_row_its_sentence(name: str) -> None:
    advice = [row.strip() for row in ADVICE[name].strip().splitlines()]
    said, rows = list(sentences(name)), (*CLAIMS[name], *advice)
    assert [one for one in said if not any(row in one for row in rows)] == []
    assert [row for row in rows if not any(row in one for one in said)] == []


def test_every_claim_has_tests_that_exist() -> None:
    for rows in CLAIMS.values():
        for claim, named in rows.items():
            assert named.split(), claim
            for one in named.split():
                path, _, test = one.partition("::")
                tree = ast.parse((PROJECT / "tests" / path).read_text("utf-8"))
                names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
                assert test in names, (claim, one)
