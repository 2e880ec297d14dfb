from collections.abc import Callable
from typing import Any

from pydyf import PDF
from weasyprint.formatting_structure.boxes import PageBox

class DocumentMetadata:
    title: str | None
    lang: str | None
    custom: dict[str, str]
    generate_rdf_metadata: Callable[..., bytes]

class Page:
    links: list[tuple[str, object, object, object]]
    _page_box: PageBox

class Document:
    pages: list[Page]
    metadata: DocumentMetadata
    def write_pdf(
        self,
        target: object = None,
        *,
        finisher: Callable[[Document, PDF], None] | None = None,
        **options: object,
    ) -> bytes: ...

def __getattr__(name: str) -> Any: ...
