"""Inline markup, in which sentences are written and annotated by hand, and its way to and from standoff.

One sentence a line; ``=== id`` opens a document, ``#`` lines are comments::

    === insurance/report-01
    {Toàn huyện|l1:LOC} có {12.480 người|QUANTITY LEVEL_OF=i1 SUBJECT=l1} {tham gia BHXH|i1:INDICATOR}.

Inside braces, after the text and ``|``: an optional name and ``:``, the label, then the relations that start
here, as ``TYPE=name`` of the tail. Names are local to the sentence. ``\\`` before ``{``, ``}``, ``|``, ``\\``,
or before a ``#`` or ``=`` that opens a line, makes it plain text.
"""

from __future__ import annotations

import re

from ie_model.errors import StandoffError
from ie_model.standoff import Document, Entity, Relation

_DOCUMENT = re.compile(r"=== *(\S+)\s*$")
_PIECE = re.compile(r"\\(?P<escaped>.)|(?P<open>\{)|(?P<close>\})|(?P<plain>[^\\{}]+)", re.DOTALL)
_SPECIFICATION = re.compile(r"(?:(?P<name>[\w-]+):)?(?P<label>[\w-]+)(?P<relations>(?:\s+[\w-]+=[\w-]+)*)\s*$")


def compile_markup(markup: str, name: str) -> list[Document]:
    """Documents from inline markup.

    Raises:
        StandoffError: The markup is malformed or names an unknown tail; the message names file and line.
    """
    documents: list[Document] = []
    for number, line in enumerate(markup.split("\n"), 1):
        line = line.rstrip("\r")
        where = f"{name}, line {number}"
        if match := _DOCUMENT.match(line):
            documents.append(Document(match[1], ""))
        elif line.strip() and not line.startswith("#"):
            if not documents:
                raise StandoffError(f"{where}: a sentence before the first '=== document' line")
            _append_sentence(documents[-1], line, where)
    return documents


def _append_sentence(document: Document, line: str, where: str) -> None:
    text = ""
    names: dict[str, str] = {}
    pending: list[tuple[str, str, str]] = []  # head id, type, name of the tail
    for surface, specification in _spans(line, where):
        start = len(document.text) + len(text)
        text += surface
        if specification is None:
            continue
        match = _SPECIFICATION.match(specification)
        if not match:
            raise StandoffError(f"{where}: cannot read {{{surface}|{specification}}}")
        id_ = f"T{len(document.entities) + 1}"
        if match["name"]:
            if match["name"] in names:
                raise StandoffError(f"{where}: the name {match['name']} is given twice")
            names[match["name"]] = id_
        document.entities.append(Entity(id_, match["label"], start, start + len(surface), surface))
        for relation in match["relations"].split():
            type_, _, tail = relation.partition("=")
            pending.append((id_, type_, tail))
    for head, type_, tail in pending:
        if tail not in names:
            raise StandoffError(f"{where}: {type_}={tail} names nothing in this sentence")
        document.relations.append(Relation(f"R{len(document.relations) + 1}", type_, head, names[tail]))
    document.text += text + "\n"


def _spans(line: str, where: str) -> list[tuple[str, str | None]]:
    """Split a line into ``(text, specification)`` pieces; the specification of plain text is None."""
    pieces: list[tuple[str, str | None]] = []
    surface, specification = "", None
    inside = False
    for match in _PIECE.finditer(line):
        if match["open"]:
            if inside:
                raise StandoffError(f"{where}: '{{' inside a span: spans do not nest")
            pieces.append((surface, None))
            surface, inside = "", True
        elif match["close"]:
            if not inside or specification is None:
                raise StandoffError(f"{where}: '}}' without '{{text|LABEL' before it")
            pieces.append((surface, specification))
            surface, specification, inside = "", None, False
        elif match["escaped"] is not None:
            surface += match["escaped"]
        else:
            plain = match["plain"]
            if inside and "|" in plain:
                before, _, specification = plain.partition("|")
                surface += before
            elif inside and specification is not None:
                raise StandoffError(f"{where}: text after the label in a span")
            else:
                surface += plain
    if inside:
        raise StandoffError(f"{where}: '{{' without '}}'")
    pieces.append((surface, None))
    return [(text, spec) for text, spec in pieces if text]


def format_markup(documents: list[Document]) -> str:
    """The inverse of :func:`compile_markup`: documents as inline markup, for reading and correcting."""
    return "\n".join(
        f"=== {d.id}\n" + "".join(format_sentence(d, s, e) + "\n" for s, e in d.lines()) for d in documents
    )


def format_sentence(document: Document, start: int, end: int) -> str:
    """One sentence, given by its offsets, as markup."""
    entities = [e for e in document.entities if start <= e.start and e.end <= end]
    tails = {relation.tail for relation in document.relations}
    names = {e.id: f"{e.label[0].lower()}{n}" for n, e in enumerate(entities, 1)}
    out, position = [], start
    for entity in entities:
        out.append(_escape(document.text[position : entity.start]))
        name = f"{names[entity.id]}:" if entity.id in tails else ""
        relations = "".join(f" {r.type}={names[r.tail]}" for r in document.relations if r.head == entity.id)
        out.append(f"{{{_escape(entity.text)}|{name}{entity.label}{relations}}}")
        position = entity.end
    out.append(_escape(document.text[position:end]))
    line = "".join(out)
    return "\\" + line if line.startswith(("#", "===")) else line


def _escape(text: str) -> str:
    return re.sub(r"([\\{}|])", r"\\\1", text)
