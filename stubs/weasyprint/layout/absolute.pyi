from typing import Any

from weasyprint.formatting_structure.boxes import Box

# It takes the place of a box, of which it has everything.
class AbsolutePlaceholder(Box):
    _box: Box

def __getattr__(name: str) -> Any: ...
