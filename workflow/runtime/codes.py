"""Codes of the second factor: those of an app (TOTP, RFC 6238), and the recovery codes beside them.

Law: a code of a step that was taken, or of one before it, is no code.
"""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

ISSUER = "Caseway"
STEP = 30
AROUND = (0, -1, 1)
"""How far a clock may be off, in steps."""
RECOVERY_CODES = 10
OF_APP = re.compile(r"^[0-9]{6}$")


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, account: str) -> str:
    """The otpauth address that an app takes."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def picture(uri: str) -> str:
    """The address as an SVG image of a QR code."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=5, xmldecl=False)
    return out.getvalue().decode()


def steps(secret: str, code: str, at: datetime) -> Iterator[int]:
    """The steps around `at` whose code this is."""
    now = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for around in AROUND:
        if compare_digest(totp.generate_otp(now + around), code):
            yield now + around


def is_of_app(code: str) -> bool:
    return bool(OF_APP.match(code))


def new_recovery_codes() -> tuple[str, ...]:
    """Of 80 random bits each, to be written down."""
    return tuple(_written(secrets.token_bytes(10)) for _ in range(RECOVERY_CODES))


def plain(code: str) -> str:
    """A code as it is compared, however it was typed."""
    return re.sub(r"[\s-]", "", code).upper()


def _written(value: bytes) -> str:
    text = base64.b32encode(value).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
