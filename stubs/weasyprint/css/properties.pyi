from typing import Any

INITIAL_VALUES: dict[str, Any]

def __getattr__(name: str) -> Any: ...
