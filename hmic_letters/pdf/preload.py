"""The modules that all printing processes share, imported once before the first one begins."""

import gc
from contextlib import suppress

from hmic_letters.problem import Unavailable

# If a library is missing, the error surfaces when the first letter is printed.
with suppress(Unavailable):
    import hmic_letters.pdf.press  # noqa: F401

# Why: nothing here is garbage, and a process that looked for any would copy the shared memory.
gc.freeze()
