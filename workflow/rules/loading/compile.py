"""From the texts of a version to a Definition. The law: all faults at once, or a whole definition."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from workflow.errors import BadExpression, BadForm, BrokenDefinition, DefinitionFault
from workflow.rules import format as fmt
from workflow.rules.audiences import audiences
from workflow.rules.definition import Definition, LetterText, assemble, places_of
from workflow.rules.language.expressions import Environment, Expression, words
from workflow.rules.language.forms import Form
from workflow.rules.loading import format_faults
from workflow.rules.loading.audience_faults import audience_faults, marks_unknown, telling_faults
from workflow.rules.loading.construct_faults import construct_faults
from workflow.rules.loading.fact_faults import fact_faults
from workflow.rules.loading.judging import judging_faults
from workflow.rules.loading.labels import labels, read_wording
from workflow.rules.loading.names import fact_types, name_faults, names_of
from workflow.rules.loading.nodes import Path, Tree, read
from workflow.rules.loading.parts import walk
from workflow.rules.loading.prove import proof_faults
from workflow.rules.loading.retention_faults import retention_faults
from workflow.rules.loading.salvage import Salvage
from workflow.rules.loading.sources import Source, Sources
from workflow.rules.loading.texts import missing_texts, read_texts


def compile_definition(sources: Sources, others: Collection[str] = ()) -> Definition:
    """The definition that the files describe. `others` are the keys of those it is loaded with.

    Raises BrokenDefinition with every fault, by file and place.
    """
    tree, faults = read(sources.definition.path, sources.definition.text)
    forms, form_trees, form_faults = _forms(sources.forms)
    if not isinstance(tree.value, dict):
        raise BrokenDefinition(
            _in_order([*faults, *form_faults]) or (tree.fault((), "a group of keys must stand here"),)
        )
    salvage = Salvage(tree.value)
    format, broken_parts = _format(tree, salvage)
    found = [*faults, *broken_parts, *form_faults]
    draft = _Draft(tree, sources, forms, salvage, others, whole=not found)
    if format is not None:
        marks = list(_mark_faults(format, form_trees))
        draft.faulty = bool(marks)
        found += [*draft.judge(format), *marks]
    if found or format is None:
        raise BrokenDefinition(_in_order(found))
    return assemble(
        format,
        digest=digest(tree.value, {name: tree.value for name, tree in form_trees.items()}),
        expressions=draft.expressions,
        forms=forms,
        wording=draft.wording,
        letters=draft.texts,
    )


def digest(definition: Any, forms: Mapping[str, Any]) -> str:
    """SHA-256 over what decides: definition and forms. Wording and letters may change."""
    logic = json.dumps([definition, forms], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(logic.encode()).hexdigest()


def _format(tree: Tree, salvage: Salvage) -> tuple[fmt.Definition | None, list[DefinitionFault]]:
    """The values of the format, without those parts that do not follow it, and what is wrong with these."""
    try:
        return fmt.Definition.model_validate(tree.value), []
    except ValidationError as error:
        salvage.spell(error)
        told = format_faults.unknown_keys(tree, error)
    try:
        return fmt.Definition.model_validate(salvage.rest), told
    except ValidationError as error:
        told += format_faults.faults(tree, error, origin=salvage.origin)
        return salvage.definition(error), told


def _forms(sources: Mapping[str, Source]) -> tuple[dict[str, Form], dict[str, Tree], list[DefinitionFault]]:
    forms: dict[str, Form] = {}
    trees: dict[str, Tree] = {}
    faults: list[DefinitionFault] = []
    for name, source in sorted(sources.items()):
        trees[name], found = read(source.path, source.text)
        faults += found
        if trees[name].value is None:
            continue
        try:
            forms[name] = Form.build(name, trees[name].value)
        except BadForm as error:
            told = [one for one in error.faults if not trees[name].is_unread(one[0])]
            faults += [trees[name].key_fault(path, message) for path, message in told]
    return forms, trees, faults


def _mark_faults(format: fmt.Definition, trees: Mapping[str, Tree]) -> Iterator[DefinitionFault]:
    for tree in trees.values():
        for path, message in marks_unknown(format, tree.value):
            yield tree.fault(path, message)


class _Draft:
    """A definition on its way: the values of the format are judged against all that stands beside them.

    What is proved of the whole (ways, labels) is tried only when every part follows its format (`whole`).
    """

    def __init__(
        self,
        tree: Tree,
        sources: Sources,
        forms: Mapping[str, Form],
        salvage: Salvage,
        others: Collection[str],
        *,
        whole: bool,
    ) -> None:
        self.tree = tree
        self.sources = sources
        self.forms = forms
        self.salvage = salvage
        self.names = names_of(salvage.declared, sources.forms, others)
        self.whole = whole
        self.expressions: dict[str, Expression] = {}
        self.wording: dict[str, dict[str, str]] = {}
        self.texts: dict[tuple[str, str], LetterText] = {}
        self.faulty = False

    def judge(self, format: fmt.Definition) -> Iterator[DefinitionFault]:
        """Every fault that the format alone does not show; fills expressions and texts on the way."""
        yield from self._expression_faults(format)
        for path, message in self._meaning_faults(format):
            self.faulty = True
            origin = self.salvage.origin(path)
            if not self.salvage.lacks(origin):
                yield self.tree.fault(origin, message)
        for stray in self.sources.strays:
            yield DefinitionFault(stray, 1, 1, "this file belongs nowhere in a definition")
        if self.whole:
            needed = labels(format, self.forms)
            self.wording, label_faults = read_wording(format, needed, self.sources.wording, self.tree.file)
            self.texts, text_faults = read_texts(format, self.sources)
            yield from (*label_faults, *text_faults)
            for path, message in self._telling_faults(format):
                yield self.tree.fault(path, message)

    def _expression_faults(self, format: fmt.Definition) -> Iterator[DefinitionFault]:
        types = fact_types(self.salvage.declared)
        untyped = {name for name, kind in types.items() if not kind}
        environment = Environment({name: kind for name, kind in types.items() if kind})
        for path, text, expected in _written(format):
            if untyped & words(text) or "facts" in self.names.unread:
                continue
            try:
                self.expressions[text] = environment.compile(text, expected)
            except BadExpression as error:
                self.faulty = True
                at = self.salvage.origin(path)
                yield from (self.tree.inner_fault(at, *fault) for fault in error.faults)

    def _telling_faults(self, format: fmt.Definition) -> Iterator[tuple[Path, str]]:
        """What is told to somebody who does not see it; told of a definition that is whole otherwise."""
        if not self.faulty:
            known = audiences(format, self.forms, self.expressions)
            yield from telling_faults(format, known, places_of(format, self.texts))

    def _meaning_faults(self, format: fmt.Definition) -> Iterator[tuple[Path, str]]:
        forms = {name: self.forms.get(name) for name in self.sources.forms}
        found = [
            *name_faults(format, self.names),
            *construct_faults(format),
            *fact_faults(format, forms, self.names),
            *retention_faults(format, forms),
            *audience_faults(format, self.sources.forms),
        ]
        lettered = not self.salvage.lacks(("languages",))
        yield from (*found, *(missing_texts(format, self.sources) if lettered else ()))
        if self.whole and not found:
            yield from proof_faults(format)
            yield from judging_faults(format)


def _written(format: fmt.Definition) -> Iterator[tuple[Path, str, str]]:
    """Every expression with its path and the type it must give."""
    for path, part in walk(format):
        if isinstance(part, fmt.When) and part.when is not None:
            yield (*path, "when"), part.when, "boolean"
        elif isinstance(part, fmt.Fact) and part.cel is not None:
            yield (*path, "cel"), part.cel, part.type
        elif isinstance(part, fmt.SeenGroup):
            yield (*path, "when"), part.when, "boolean"
        elif isinstance(part, fmt.Transition | fmt.Outcome | fmt.Opening):
            yield from (((*path, "guard", name), text, "boolean") for name, text in part.guard.items())


def _in_order(faults: Iterable[DefinitionFault]) -> tuple[DefinitionFault, ...]:
    """By file as they were read, then by place; a fault that two rules found is told once."""
    files = {file: place for place, file in enumerate(dict.fromkeys(fault.file for fault in faults))}
    return tuple(
        sorted(dict.fromkeys(faults), key=lambda fault: (files[fault.file], fault.line, fault.column))
    )
