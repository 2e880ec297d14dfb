"""What all processes that print share: imported once, before the first of them begins."""

import gc
from contextlib import suppress

from hmic_letters.problem import Unavailable

# What this machine lacks is said where the first letter is printed.
with suppress(Unavailable):
    import hmic_letters.pdf.press  # noqa: F401

# Nothing of this is garbage: no process looks for any here, nor writes to the memory they share.
gc.freeze()
