"""Which providers there are: `providers.toml`. Law: what is not understood stops the start, and says where.

A provider is named by its issuer; where it answers, and with which keys, it tells itself (discovery.py).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workflow.errors import BadSetting
from workflow.runtime.addresses import fault_of_address
from workflow.runtime.home import Settings

# A key that both sides know would let the one who checks sign, too.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
USUAL = ("RS256", "ES256")
NAME = r"[a-z][a-z0-9-]{0,31}"
"""What stands for a provider in addresses."""

Text = Annotated[str, Field(min_length=1, max_length=300)]


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """By which words of an ID token the provider says that it asked for a second factor."""

    amr: frozenset[str] = frozenset()
    acr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `labels` are by language; a client without a secret is a public one."""

    name: str
    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    algorithms: tuple[str, ...] = USUAL
    scopes: tuple[str, ...] = ("openid",)
    labels: Mapping[str, str] = field(default_factory=dict)
    second_factor: SecondFactor = SecondFactor()

    def label(self, language: str) -> str:
        return self.labels.get(language) or self.labels.get("en") or self.name


class _SecondFactor(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    amr: list[Text] = Field(default_factory=list)
    acr: list[Text] = Field(default_factory=list)


class _Entry(BaseModel):
    """A table of the file, named as the provider is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    issuer: Text
    client_id: Text
    client_secret_file: Text | None = None
    algorithms: Annotated[list[str], Field(min_length=1)] = list(USUAL)
    scopes: list[Annotated[str, Field(pattern=r"^[!#-\[\]-~]+$")]] = Field(default_factory=list)
    label: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], Text] = Field(default_factory=dict)
    second_factor: _SecondFactor = _SecondFactor()


def read_providers(settings: Settings) -> tuple[Provider, ...]:
    """Those of the file, in its order; none where there is no file. Raises BadSetting."""
    path = settings.providers or settings.home / "providers.toml"
    if settings.providers is None and not path.exists():
        return ()
    providers = tuple(_provider(path, name, said) for name, said in _tables(path).items())
    _refuse_twins(path, providers)
    if providers and settings.origin is None:
        raise BadSetting(
            "{path} names providers, so CASEWAY_ORIGIN must say where browsers reach this service, "
            "as https://caseway.example.org: providers send people back there.",
            path=str(path),
        )
    return providers


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BadSetting("{path} cannot be read: {fault}.", path=str(path), fault=str(fault)) from fault


def _provider(path: Path, name: str, said: Any) -> Provider:
    try:
        entry = _Entry.model_validate(said)
    except ValidationError as fault:
        raise _bad(path, _in_words(name, fault)) from fault
    if faults := [f"{name}.{one}" for one in _faults(name, entry)]:
        raise _bad(path, "; ".join(faults))
    return Provider(
        name,
        entry.issuer,
        entry.client_id,
        _secret(path, name, entry.client_secret_file),
        tuple(entry.algorithms),
        tuple(dict.fromkeys(["openid", *entry.scopes])),
        entry.label,
        SecondFactor(frozenset(entry.second_factor.amr), tuple(entry.second_factor.acr)),
    )


def _faults(name: str, entry: _Entry) -> Iterable[str]:
    if not re.fullmatch(NAME, name):
        yield "name: a name has small letters, digits and hyphens, at most 32, and begins with a letter"
    if fault := fault_of_address(entry.issuer):
        yield f"issuer: {fault}"
    for one in entry.algorithms:
        if one not in ALGORITHMS:
            yield f"algorithms: '{one}' is none of {', '.join(ALGORITHMS)}"


def _secret(path: Path, name: str, file: str | None) -> str | None:
    if file is None:
        return None
    try:
        secret = (path.parent / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as fault:
        raise _bad(path, f"{name}.client_secret_file: {file} cannot be read: {fault}") from fault
    if not secret:
        raise _bad(path, f"{name}.client_secret_file: {file} is empty")
    return secret


def _refuse_twins(path: Path, providers: Iterable[Provider]) -> None:
    """Two names for one issuer: nobody could say which one an identity came by."""
    seen: dict[str, str] = {}
    for one in providers:
        if (other := seen.setdefault(one.issuer, one.name)) != one.name:
            raise _bad(path, f"{one.name}.issuer: it is the issuer of {other} already; name each issuer once")


def _bad(path: Path, faults: str) -> BadSetting:
    return BadSetting("{path} has a fault: {faults}.", path=str(path), faults=faults)


def _in_words(name: str, fault: ValidationError) -> str:
    said = [f"{'.'.join([name, *map(str, one['loc'])])}: {one['msg'].lower()}" for one in fault.errors()]
    return "; ".join(said)
