"""Names and addresses of other forces, in whatever way people type them."""

from pathlib import Path

import pytest

from helpers.project import FORCE, copy_project
from hmic_letters.check.names import strangers
from hmic_letters.check.run import check_force
from hmic_letters.data.load import load


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of five forces; the tests write Kent's file."""
    folder = tmp_path_factory.mktemp("forces")
    others = ("essex", "gloucestershire", "staffordshire", "thames-valley")
    return copy_project(folder, "kent", *others)


def found(root: Path, kent: str) -> list[tuple[str, str]]:
    (root / "data/forces/kent.yaml").write_text(kent, "utf-8")
    problems = check_force("kent", load(root))
    return [(problem.code, problem.about) for problem in problems]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It met essex police.", "essex police"),
        ("It met the force from essex.", "essex"),
        ("It met Essex-Police.", "Essex-Police"),
        ("It met EssexPolice.", "EssexPolice"),
        ("It met ESSEX.", "ESSEX"),
        ("It met thames valley.", "thames valley"),
        ("It met Thames-Valley Police.", "Thames-Valley Police"),
        ("It met Thames‑Valley Police.", "Thames‑Valley Police"),
        ("It met Thames\u00a0Valley\u202fPolice.", "Thames Valley Police"),
        ("It met Thames\n        Valley Police.", "Thames Valley Police"),
        ("It met thamesvalley police.", "thamesvalley"),
        ("See www.essex.police.uk.", "www.essex.police.uk"),
        ("See essexpolice.uk/contact.", "essexpolice.uk/contact"),
        ("See https://www.police.uk/essex-police/.", "https://www.police.uk/essex-police/"),
        ("Write to a.b@thamesvalley.pnn.police.uk.", "a.b@thamesvalley.pnn.police.uk"),
        ("Write to essex@pnn.police.uk.", "essex@pnn.police.uk"),
        ("Write to Waterwells, GL2 2AN.", "GL2 2AN"),
        ("It met kent police; see www.kent.police.uk/essex.", None),
        ("Write to john.essex@kent.police.uk.", None),
        ("See www.essex.ac.uk.", None),
        ("It staffs police stations well.", None),
    ],
)
def test_another_force_in_a_text(text: str, named: str | None, root: Path) -> None:
    expected = [("another-force", named)] if named else []
    kent = FORCE.replace("One.", f">-\n        {text}")
    assert [one for one in found(root, kent) if one[0] == "another-force"] == expected


@pytest.mark.parametrize(
    ("email", "is_of_another"),
    [
        ("chief.constable@essex.pnn.police.uk", True),
        ("chief@EssexPolice.example", True),
        ("chief@thames-valley.police.uk", True),
        ("chief@staffs.police.uk", True),
        ("essex@pnn.police.uk", True),
        ("chief@kent.police.uk", False),
        ("essex@kent.police.uk", False),
        ("chief@pnn.police.uk", False),
        ("chief@kent-essex.police.uk", False),
    ],
)
def test_an_address_that_names_another_force(email: str, is_of_another: bool, root: Path) -> None:
    expected = [("address-of-another-force", email)] if is_of_another else []
    kent = FORCE.replace("  salutation", f"  email: {email}\n  salutation")
    assert found(root, kent) == expected
    copied = f"copied_to:\n  - post: Liaison Officer\n    email: {email}\nfindings:\n"
    assert found(root, FORCE.replace("findings:\n", copied)) == expected


def test_two_forces_with_one_address(root: Path) -> None:
    """A host that names no force may serve several, but one address serves one."""
    essex = root / "data/forces/essex.yaml"
    was = essex.read_text("utf-8")
    essex.write_text(
        was.replace("  salutation", "  email: a@shared.example\n  salutation"), "utf-8"
    )
    try:
        for email, expected in (
            ("A@shared.example", [("address-of-another-force", "A@shared.example")]),
            ("b@shared.example", []),
        ):
            kent = FORCE.replace("  salutation", f"  email: {email}\n  salutation")
            assert found(root, kent) == expected
        text = FORCE.replace("One.", "Write to a@shared.example.")
        assert found(root, text) == [("another-force", "a@shared.example")]
    finally:
        essex.write_text(was, "utf-8")


def test_a_postal_address_of_another_force(root: Path) -> None:
    lines = "  postal_address: [Police Headquarters, Gloucester GL2 2AN]\n"
    kent = FORCE.replace("  salutation", f"{lines}  salutation")
    assert ("address-of-another-force", "GL2 2AN") in found(root, kent)


def test_a_stranger_has_the_words_of_the_text(root: Path) -> None:
    """The check of finished letters looks whether the letter's data have them."""
    text = "It met thames-valley police and See WWW.Essex.police.uk."
    workspace = load(root)
    words = [one.mark.words for one in strangers(text, "kent", workspace)]
    assert words == ["thames-valley police", "WWW.Essex.police.uk"]
