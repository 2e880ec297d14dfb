"""Writing: what goes into a file is made into bytes by its kind, and pages are counted once."""

from typing import Any

import pydyf


def take() -> None:
    """Takes the shorter ways of this room."""
    # What every object has until it is added to a file.
    pydyf.Object.number, pydyf.Object.offset = None, 0
    pydyf.Object.generation, pydyf.Object.free = 0, "n"
    del pydyf.Object.__init__, pydyf.Dictionary.__init__, pydyf.Array.__init__
    pydyf._to_bytes = _to_bytes
    pydyf.Dictionary.data = property(_dictionary)
    pydyf.Array.data = property(_array)
    pydyf.PDF.page_references = property(_page_references)


own_to_bytes = pydyf._to_bytes


def _to_bytes(item: Any) -> bytes:
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    if kind is int:
        return b"%d" % item
    return own_to_bytes(item)  # type: ignore[no-any-return]


def _dictionary(self: Any) -> bytes:
    parts = [b"/%b %b" % (_to_bytes(key), _to_bytes(value)) for key, value in self.items()]
    return b"<<%b>>" % b"".join(parts)


def _array(self: Any) -> bytes:
    return b"[%b]" % b" ".join(map(_to_bytes, self))


own_page_references = pydyf.PDF.page_references.fget


def _page_references(self: Any) -> Any:
    """Asked for with every element of the structure."""
    count = len(self.pages["Kids"])
    if (held := self.__dict__.get("references")) is None or held[0] != count:
        held = self.references = count, own_page_references(self)
    return held[1]
