"""A letter's metadata (XMP): the standards that its file conforms to, and its embargo."""

from xml.etree import ElementTree

EMBARGO = "https://letter.invalid/xmp/1.0/"  # RFC 2606: a name that never exists
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PDFA = "http://www.aiim.org/pdfa/ns/id/"
UA = "http://www.aiim.org/pdfua/ns/id/"

# PDF/A (ISO 19005-3, 6.6.2.3.2) requires a description of each property that it does not define
# itself; 6.6.2.3.3 prescribes these prefixes.
DECLARED = f"""
<rdf:RDF xmlns:rdf="{RDF}" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <rdf:Description rdf:about="">
    <pdfaExtension:schemas>
      <rdf:Bag>
        <rdf:li rdf:parseType="Resource">
          <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
          <pdfaSchema:namespaceURI>{UA}</pdfaSchema:namespaceURI>
          <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
          <pdfaSchema:property>
            <rdf:Seq>
              <rdf:li rdf:parseType="Resource">
                <pdfaProperty:name>part</pdfaProperty:name>
                <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
                <pdfaProperty:category>internal</pdfaProperty:category>
                <pdfaProperty:description>The part of ISO 14289</pdfaProperty:description>
              </rdf:li>
            </rdf:Seq>
          </pdfaSchema:property>
        </rdf:li>
        <rdf:li rdf:parseType="Resource">
          <pdfaSchema:schema>Embargoed letters</pdfaSchema:schema>
          <pdfaSchema:namespaceURI>{EMBARGO}</pdfaSchema:namespaceURI>
          <pdfaSchema:prefix>letter</pdfaSchema:prefix>
          <pdfaSchema:property>
            <rdf:Seq>
              <rdf:li rdf:parseType="Resource">
                <pdfaProperty:name>embargoedUntil</pdfaProperty:name>
                <pdfaProperty:valueType>Date</pdfaProperty:valueType>
                <pdfaProperty:category>external</pdfaProperty:category>
                <pdfaProperty:description>When the embargo lifts</pdfaProperty:description>
              </rdf:li>
            </rdf:Seq>
          </pdfaSchema:property>
        </rdf:li>
      </rdf:Bag>
    </pdfaExtension:schemas>
  </rdf:Description>
</rdf:RDF>"""

for prefix, address in (
    ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
    ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
    ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
    ("letter", EMBARGO),
):
    ElementTree.register_namespace(prefix, address)


def declare(properties: bytes, embargo: str | None) -> bytes:
    """Add PDF/UA-1 and the embargo to the RDF that WeasyPrint writes for PDF/A.

    ``embargo`` is the instant when it lifts, in ISO 8601, or None if the letter has none.
    """
    rdf = ElementTree.fromstring(properties)  # noqa: S314 (WeasyPrint has just written it)
    properties_of_ours = ElementTree.SubElement(
        rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""}
    )
    ElementTree.SubElement(properties_of_ours, f"{{{UA}}}part").text = "1"
    if embargo:
        ElementTree.SubElement(properties_of_ours, f"{{{EMBARGO}}}embargoedUntil").text = embargo
    declared = ElementTree.fromstring(DECLARED)  # noqa: S314
    if not embargo:
        schemas = next(declared.iter(f"{{{RDF}}}Bag"))
        # The last one describes the embargo.
        schemas.remove(schemas[-1])
    rdf.extend(declared)
    return bytes(ElementTree.tostring(rdf, encoding="utf-8"))
