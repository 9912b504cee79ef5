"""Answers to writes: the receipt with its ETag, and faults of answers pointed to where they stand in the
body.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from api.http.preconditions import etag
from api.http.replies import ReceiptReply
from workflow.errors import BadAnswers, Fault, Malformed
from workflow.runtime.receipts import Receipt


def answered(response: Response, receipt: Receipt) -> ReceiptReply:
    """The receipt. A dry run makes nothing, so it is no 201."""
    if receipt.dry_run:
        response.status_code = 200
    etag(response, receipt.revision)
    return ReceiptReply.model_validate(receipt.as_json())


@contextmanager
def answers_in(place: str) -> Iterator[None]:
    """Where in the body a form's answers stand: `/data`, or `/answers/{form}`."""
    try:
        yield
    except BadAnswers as refusal:
        there = place.format(form=refusal.form)
        raise Malformed(tuple(Fault(there + one.pointer, one.said) for one in refusal.faults)) from None
