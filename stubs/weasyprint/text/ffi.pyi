from typing import Any

harfbuzz_subset: object | None

def __getattr__(name: str) -> Any: ...
