"""How much is proved: `make test` proves quickly, `make prove` (CASEWAY_PROOF=whole) at full size."""

import os
from typing import TypeVar

Size = TypeVar("Size")

WHOLE = os.environ.get("CASEWAY_PROOF") == "whole"


def size(quick: Size, whole: Size) -> Size:
    """The same test, small or at full size; it is never skipped."""
    return whole if WHOLE else quick
