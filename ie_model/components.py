"""The pipeline's last stage: which label and relation type plays which role in a record, and the records of a Doc."""

from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc

from . import extensions  # noqa: F401  (registers doc._.records)
from .calibration import Knots
from .extensions import StoredRelation
from .records import Link, Mention, Record, build_records, default_roles


@Language.factory("record_builder", default_config={"roles": None}, requires=["doc.ents", "doc._.relations"])
class RecordBuilder:
    """Leaves the roles on each Doc, from which ``doc._.records`` builds records when asked.

    Args:
        roles: What labels and relation types mean to a record, as in ``records/roles.json``, the default.
    """

    def __init__(self, nlp: Language, name: str, roles: dict[str, Any] | None = None) -> None:
        self.name = name
        self.roles: dict[str, Any] = roles or dict(default_roles())

    @property
    def calibration(self) -> Knots | None:
        """The map from a record's certainty to its score, see :mod:`ie_model.calibration`."""
        return self.roles.get("calibration")

    @calibration.setter
    def calibration(self, knots: Knots | None) -> None:
        self.roles = {**self.roles, "calibration": knots}

    def __call__(self, doc: Doc) -> Doc:
        doc._.record_roles = self.roles
        return doc

    def to_bytes(self, **kwargs: Any) -> bytes:
        return srsly.json_dumps(self.roles).encode("utf-8")

    def from_bytes(self, data: bytes, **kwargs: Any) -> "RecordBuilder":
        self.roles = srsly.json_loads(data.decode("utf-8"))
        return self

    def to_disk(self, path: Path | str, **kwargs: Any) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        srsly.write_json(folder / "roles.json", self.roles)

    def from_disk(self, path: Path | str, **kwargs: Any) -> "RecordBuilder":
        self.roles = srsly.read_json(Path(path) / "roles.json")
        return self


def records_of(doc: Doc) -> list[Record]:
    """The records of a Doc that went through the pipeline, one for each value, in text order."""
    mentions = []
    places = {}
    scores = {(start, end): score for start, end, score in doc._.entity_scores}  # `span._` costs more than the rest
    for i, span in enumerate(doc.ents):
        place = (span.start, span.end)
        mentions.append(Mention(f"T{i + 1}", span.label_, span.start_char, span.end_char, scores.get(place, 1.0)))
        places[place] = i
    links = []
    for relation in map(StoredRelation._make, doc._.stored_relations):
        head = places.get((relation.head_start, relation.head_end))
        tail = places.get((relation.tail_start, relation.tail_end))
        if head is not None and tail is not None:
            links.append(Link(head, relation.type, tail, relation.score))
    sentences = [(sentence.start_char, sentence.end_char) for sentence in doc.sents] if mentions else []
    return build_records(doc.text, sentences, mentions, links, doc._.record_roles, doc._.stored_date)
