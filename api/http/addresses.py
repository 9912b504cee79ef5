"""Which methods an address takes. The framework knows only those of the first door that it finds there."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import compile_path


def methods_at(app: FastAPI, path: str) -> str:
    """As the Allow header says it."""
    paths = app.openapi()["paths"].items()
    methods = {
        method for template, doors in paths if compile_path(template)[0].match(path) for method in doors
    }
    if "get" in methods:
        methods.add("head")
    return ", ".join(sorted(method.upper() for method in methods))
