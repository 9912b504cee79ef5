"""What the API says to administrators about their own acts, and about who may see a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class AdministrationReply(BaseModel):
    """One entry of the administration's log."""

    no: int
    at: datetime
    person: str = Field(description="who did it: the id of an account, or `(owner)` of the installation")
    act: str = Field(examples=["grant_mandate"])
    subject: str = Field(examples=["person:amina"])
    data: dict[str, Any]
    reason: str
    previous: str
    hash: str
