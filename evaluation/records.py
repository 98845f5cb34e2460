"""Records field by field: those built from a prediction against those built from the gold annotation.

Two records are the same figure's when their value spans are equal. On these, a field is right when it says the same.
A field that is filled is a *slot*: filled rightly it is a true positive, filled wrongly or without need a false
positive, and what gold fills and the prediction does not fill so is a false negative (slot filling as in Chinchor &
Sundheim 1993, "MUC-5 Evaluation Metrics"). A **whole** record is a true positive when all of its fields are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ie_model.records import Link, Mention, Record, build_records
from ie_model.standoff import Document

from .scores import Item, Tally, tally

# Where a record stands and how sure it is: not what it says.
_ASIDE = {"id", "indicator_id", "inherited", "warnings", "start", "end", "sentence", "score"}
FIELDS = tuple(field.name for field in fields(Record) if field.name not in _ASIDE)

Plain = Mapping[str, Any]  # a record as in the contract's JSON


@dataclass(frozen=True)
class RecordScores:
    """What :func:`score_records` finds.

    Attributes:
        whole: Records of which every field is right.
        slots: Filled fields, by field.
        right: By field, how many of the matched records have it right, an empty one too.
        matched: Records whose value span is in both.
    """

    whole: Tally
    slots: Tally
    right: dict[str, int]
    matched: int

    def to_json(self) -> dict[str, Any]:
        slots = self.slots.per_class()
        per_field = {
            name: {
                "accuracy": right / self.matched if self.matched else 0.0,
                **(slots[name].to_json() if name in slots else {}),
            }
            for name, right in self.right.items()
        }
        return {
            "whole": self.whole.micro.to_json(),
            "slots": self.slots.micro.to_json(),
            "matched": self.matched,
            "fields": per_field,
        }


def gold_records(document: Document, roles: Mapping[str, Any]) -> list[Plain]:
    """The records of an annotated document as plain data; its lines are the sentences."""
    places = {entity.id: place for place, entity in enumerate(document.entities)}
    mentions = [Mention(e.id, e.label, e.start, e.end) for e in document.entities]
    links = [Link(places[r.head], r.type, places[r.tail]) for r in document.relations]
    records = build_records(document.text, list(document.lines()), mentions, links, roles)
    return [record.to_dict() for record in records]


def score_records(gold: Sequence[Sequence[Plain]], predicted: Sequence[Sequence[Plain]]) -> RecordScores:
    """Compare the records of each document; of several with one value span the first counts."""
    contents = [(contents_of(g), contents_of(p)) for g, p in zip(gold, predicted, strict=True)]
    right = dict.fromkeys(FIELDS, 0)
    matched = 0
    for wanted, found in contents:
        for span in wanted.keys() & found.keys():
            matched += 1
            for name in FIELDS:
                right[name] += wanted[span][name] == found[span][name]
    return RecordScores(
        whole=tally((_wholes(wanted), _wholes(found)) for wanted, found in contents),
        slots=tally((_slots(wanted), _slots(found)) for wanted, found in contents),
        right=right,
        matched=matched,
    )


def contents_of(records: Sequence[Plain]) -> dict[tuple[int, int], dict[str, Any]]:
    """What each record says, by its value span, with references to others as offsets."""
    spans = {record["id"]: (record["start"], record["end"]) for record in records}
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for record in records:
        content = {name: _comparable(record.get(name)) for name in FIELDS}
        content["part_of"] = spans.get(record.get("part_of"))
        found.setdefault((record["start"], record["end"]), content)
    return found


def _comparable(value: Any) -> Any:
    """A field's value as something hashable; items count by where and what they are, lists as sets."""
    if isinstance(value, list | tuple):
        return frozenset(map(_comparable, value))
    if isinstance(value, Mapping):
        return value["start"], value["end"], value["label"]
    return value


def _wholes(contents: Mapping[tuple[int, int], Mapping[str, Any]]) -> Iterator[Item]:
    for span, content in contents.items():
        yield Item("record", span[0], (span, tuple(content.values())))


def _slots(contents: Mapping[tuple[int, int], Mapping[str, Any]]) -> Iterator[Item]:
    for span, content in contents.items():
        for name, value in content.items():
            if not (value is None or value is False or value == frozenset()):
                yield Item(name, span[0], (span, value))
