"""A definition as a picture: what there is to draw, and its two languages, Mermaid and Graphviz DOT.

The law: drawn from the loaded definition, so that a picture cannot say what the engine does not do. A trigger
that leaves many states is drawn once, from a note that names them; what stays is written into its state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.rules import format as fmt
from workflow.rules.definition import Definition
from workflow.rules.machine import OPEN_CATEGORIES, sources, targets

MOST_SOURCES = 4
FILLS = {
    "draft": "#f5f5f4",
    "open": "#dbeafe",
    "waiting": "#fef3c7",
    "parked": "#ede9fe",
    "suspended": "#fee2e2",
    "closed": "#e5e7eb",
}
WORDS = {
    "en": {
        "back": "{label}: back to where it was",
        "from": "from",
        "any open": "from every state that is neither draft nor closed",
    },
    "fr": {
        "back": "{label}\u00a0: retour à l’état précédent",
        "from": "depuis",
        "any open": "depuis tout état autre que brouillon ou clos",
    },
    "es": {
        "back": "{label}: de vuelta al estado anterior",
        "from": "desde",
        "any open": "desde todo estado que no sea borrador ni cerrado",
    },
}

_WORDS_OF_MERMAID = frozenset(
    ("as", "class", "choice", "default", "direction", "end", "fork", "join", "note", "state", "style")
)


@dataclass(frozen=True, slots=True)
class Node:
    """A state: its label, whose turn it is there, and the triggers that lead nowhere else."""

    name: str
    label: str
    category: str
    ball: str
    in_place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """All triggers from one state to another. `dashed`: it interrupts, and there is a way back."""

    source: str
    target: str
    labels: tuple[str, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Triggers that leave the same states for the same one, or stay in each of them (no target).

    `told` says in lines from which states.
    """

    labels: tuple[str, ...]
    target: str | None
    told: tuple[str, ...]
    dashed: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[Note, ...]


def draw(definition: Definition, language: str) -> Drawing:
    """What there is to see of a definition, labelled in the language."""
    pen = _Pen(definition, language)
    edges: dict[tuple[str, str], dict[str, None]] = {}
    many: dict[tuple[str | None, tuple[str, ...]], dict[str, None]] = {}
    for transition in definition.format.transitions:
        label = definition.label(f"trigger.{transition.trigger}", language)
        from_ = sources(definition.format, transition)
        to = [one for one in dict.fromkeys(targets(transition)) if one != "interrupted"]
        if len(from_) > MOST_SOURCES:
            for place in to if transition.to is not None else [None]:
                many.setdefault((place, from_), {})[label] = None
            continue
        for target in to:
            for source in from_:
                edges.setdefault((source, target), {})[label] = None
    drawn = tuple(
        Edge(source, target, tuple(labels), pen.interrupts(target))
        for (source, target), labels in edges.items()
        if source != target
    )
    notes = tuple(
        Note(tuple(labels), target, pen.told(from_), target is not None and pen.interrupts(target))
        for (target, from_), labels in many.items()
    )
    nodes = tuple(pen.node(name, edges.get((name, name), {})) for name in definition.format.states)
    return Drawing(nodes, drawn, notes)


def mermaid(definition: Definition, language: str = "en") -> str:
    """The definition as a Mermaid state diagram."""
    return "\n".join(_mermaid(draw(definition, language))) + "\n"


def dot(definition: Definition, language: str = "en") -> str:
    """The definition in Graphviz's language."""
    return "\n".join(_dot(draw(definition, language))) + "\n"


class _Pen:
    """Labels and what belongs to a state, in one language."""

    def __init__(self, definition: Definition, language: str) -> None:
        self.definition = definition
        self.language = language
        self.words = WORDS.get(language, WORDS["en"])

    def interrupts(self, state: str) -> bool:
        return self.definition.format.states[state].interrupts

    def told(self, states: tuple[str, ...]) -> tuple[str, ...]:
        """From which states, line by line."""
        named = self.definition.format.states.items()
        if all(name in states for name, state in named if state.category in OPEN_CATEGORIES):
            return (self.words["any open"],)
        return (self.words["from"], *(f"· {self._label(f'state.{name}')}" for name in states))

    def node(self, name: str, loops: dict[str, None]) -> Node:
        state = self.definition.format.states[name]
        in_place = tuple(dict.fromkeys((*loops, *self._in_place(name))))
        return Node(name, self._label(f"state.{name}"), state.category, self._ball(state), in_place)

    def _in_place(self, name: str) -> Iterator[str]:
        for transition in self.definition.leaving.get(name, ()):
            everywhere = len(sources(self.definition.format, transition)) > MOST_SOURCES
            label = self._label(f"trigger.{transition.trigger}")
            if transition.to is None and not everywhere:
                yield label
            elif "interrupted" in targets(transition):
                yield self.words["back"].format(label=label)

    def _ball(self, state: fmt.State) -> str:
        """The roles that may have the turn, those behind a choice included."""
        branches = state.ball if isinstance(state.ball, list) else [state.ball]
        given = [branch.is_ if isinstance(branch, fmt.When) else branch for branch in branches]
        names = [one for item in given for one in (item if isinstance(item, list) else [item])]
        known = [name for name in names if name in self.definition.format.roles]
        return ", ".join(dict.fromkeys(self._label(f"role.{name}") for name in known))

    def _label(self, message: str) -> str:
        return self.definition.label(message, self.language)


def _mermaid(drawing: Drawing) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield from (f"  classDef {category} fill:{fill}" for category, fill in FILLS.items())
    for node in drawing.nodes:
        yield f'  state "{_plain(node.label)}" as {_id(node.name)}'
        yield from (f"  {_id(node.name)}: {_plain(line)}" for line in node.in_place)
        yield f"  class {_id(node.name)} {node.category}"
    yield f"  [*] --> {_id(drawing.nodes[0].name)}"
    for edge in drawing.edges:
        labels = " / ".join(_plain(label) for label in edge.labels)
        yield f"  {_id(edge.source)} --> {_id(edge.target)}: {labels}"
    for place, note in enumerate(drawing.notes):
        labels = ", ".join(_plain(label) for label in note.labels)
        yield f'  state "{labels}" as many_{place}'
        yield from (f"  many_{place}: {_plain(line)}" for line in note.told)
        if note.target:
            yield f"  many_{place} --> {_id(note.target)}"
    yield from (f"  {_id(node.name)} --> [*]" for node in drawing.nodes if node.category == "closed")


def _id(name: str) -> str:
    return f"{name}_" if name in _WORDS_OF_MERMAID else name


def _plain(text: str) -> str:
    """Mermaid takes colons, semicolons and quotes for its own."""
    return (
        text.replace('"', "'")
        .replace("\u00a0:", " –")
        .replace(":", " –")
        .replace(";", ",")
        .replace("#", "no. ")
    )


def _dot(drawing: Drawing) -> Iterator[str]:
    yield "digraph definition {"
    yield '  graph [rankdir=TB, nodesep=0.6, ranksep=0.55, bgcolor="white", fontname="Helvetica"];'
    yield '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=12, margin="0.4,0.1"];'
    yield '  edge [fontname="Helvetica", fontsize=10, color="#57534e", fontcolor="#292524", arrowsize=0.7];'
    for node in drawing.nodes:
        border = ", peripheries=2" if node.category == "closed" else ""
        yield f'  "{node.name}" [label={_state_label(node)}, fillcolor="{FILLS[node.category]}"{border}];'
    for edge in drawing.edges:
        style = ', style="dashed"' if edge.dashed else ""
        # The reader's font may be wider than the one that the room was measured with.
        label = _lines(*(f"  {one}     " for one in edge.labels), end="\\l")
        yield f'  "{edge.source}" -> "{edge.target}" [label={label}{style}];'
    for place, note in enumerate(drawing.notes):
        label = _lines(*note.labels, *note.told, end="\\l")
        yield f'  "many {place}" [label={label}, shape=note, style=filled, fillcolor=white, fontsize=10];'
        if note.target:
            yield f'  "many {place}" -> "{note.target}" [style="{"dashed" if note.dashed else "dotted"}"];'
    yield "}"


def _state_label(node: Node) -> str:
    ball = [f"({node.ball})"] if node.ball else []
    return _lines(node.label, *ball, *(f"· {line}" for line in node.in_place))


def _lines(*lines: str, end: str = "\\n") -> str:
    """A label in quotes, line by line."""
    told = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + end.join(told) + (end if len(lines) > 1 and end == "\\l" else "") + '"'
