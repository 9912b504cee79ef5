"""A frozen value with some of its fields replaced, as `copy.replace` of Python 3.13 does it."""

import dataclasses
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

if TYPE_CHECKING:
    # What type checkers know to ask for the right names and types.
    from dataclasses import replace
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """A copy of a struct or of a dataclass."""
        known = structs if isinstance(value, Struct) else dataclasses
        return known.replace(value, **changes)


__all__ = ["replace"]
