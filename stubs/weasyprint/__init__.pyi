# The names of WeasyPrint that hmic_letters/pdf uses outside of its patches.
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

class HTML:
    etree_element: Element
    def __init__(
        self, *, string: str, base_url: str | None = None, url_fetcher: URLFetcher | None = None
    ) -> None: ...
    def render(self, font_config: FontConfiguration, **options: object) -> Document: ...
    def write_pdf(self, target: object = None, **options: object) -> bytes: ...

def __getattr__(name: str) -> Any: ...
