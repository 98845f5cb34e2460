"""CoNLL column files: a token a line, its tag in the last column, a blank line between sentences.

The tagging schemes are those of Ramshaw & Marcus (1995, "Text Chunking using Transformation-Based Learning"; IOB1),
of CoNLL-2002 (IOB2) and BIOES. Tags that break a scheme's rules are read as ``conlleval`` of CoNLL-2000 does:
whatever cannot go on a span opens one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from . import extensions  # noqa: F401  (registers the Doc's attributes)
from .errors import InputError

logger = logging.getLogger(__name__)

IOB1, IOB2, BIOES = "IOB1", "IOB2", "BIOES"
_TAG = re.compile(r"([BIES])-(\S+)$")
_DOCUMENT_START = "-DOCSTART-"


@dataclass(frozen=True)
class ConllSentence:
    """A sentence as the file gives it.

    Attributes:
        tokens: The first column.
        spans: ``(label, start token, end token)``, end exclusive, in text order.
    """

    tokens: list[str]
    spans: list[tuple[str, int, int]]


def read_conll(path: Path | str) -> list[ConllSentence]:
    """Read a file; columns are separated by tabs where the line has one (a token may then hold blanks), else by blanks.

    Raises:
        InputError: The file is missing, is not UTF-8, or a line is malformed; the message names file and line.
    """
    columns = _read_columns(Path(path))
    tags = [sentence_tags for _, sentence_tags in columns]
    if tags and detect_scheme(tags) is None:
        logger.warning(
            "%s: tags of IOB1 and IOB2 are mixed; an I- that continues nothing is read as a span's first", path
        )
    return [ConllSentence(tokens, decode_tags(sentence_tags)) for tokens, sentence_tags in columns]


def detect_scheme(sentences: Sequence[Sequence[str]]) -> str | None:
    """The scheme of a file's tags: ``IOB1``, ``IOB2``, ``BIOES``, or None where IOB1 and IOB2 are mixed.

    An ``E-`` or ``S-`` tells BIOES. Where an ``I-`` opens a span and ``B-`` stands only between touching spans of one
    label it is IOB1, where every span opens with ``B-`` IOB2 (also where no tag tells them apart).
    """
    inside_opens = begin_opens = False
    for tags in sentences:
        previous = ""
        for tag in tags:
            prefix, label = _split(tag)
            if prefix in ("E", "S"):
                return BIOES
            if label != previous:
                inside_opens |= prefix == "I"
                begin_opens |= prefix == "B"
            previous = label
    if not inside_opens:
        return IOB2
    return None if begin_opens else IOB1


def decode_tags(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Spans ``(label, start, end)`` of one sentence's tags, whichever of the three schemes they follow."""
    spans = []
    open_label, start = "", 0
    for i, tag in enumerate([*tags, "O"]):
        prefix, label = _split(tag)
        if open_label and (prefix in ("B", "S") or label != open_label):
            spans.append((open_label, start, i))
            open_label = ""
        if label and not open_label:
            open_label, start = label, i
        if prefix in ("E", "S"):
            spans.append((open_label, start, i + 1))
            open_label = ""
    return spans


def conll_doc(vocab: Vocab, tokens: Sequence[str]) -> Doc:
    """A Doc of one sentence whose tokens are the given ones, with a blank after each."""
    return Doc(
        vocab,
        words=list(tokens),
        spaces=[True] * len(tokens),
        sent_starts=[i == 0 for i in range(len(tokens))],
    )


def _split(tag: str) -> tuple[str, str]:
    """Prefix and label of a tag; both empty for ``O``."""
    prefix, _, label = tag.partition("-")
    return ("", "") if tag == "O" else (prefix, label)


def _read_columns(path: Path) -> list[tuple[list[str], list[str]]]:
    """Tokens and tags of each sentence."""
    sentences: list[tuple[list[str], list[str]]] = []
    tokens: list[str] = []
    tags: list[str] = []
    for number, line in enumerate([*_read_text(path).split("\n"), ""], 1):
        line = line.rstrip("\r\t ")
        if not line.strip():
            if tokens:
                sentences.append((tokens, tags))
                tokens, tags = [], []
            continue
        cells = line.split("\t") if "\t" in line else [cell for cell in line.split(" ") if cell]
        token, tag = cells[0].strip(" "), cells[-1].strip(" ")
        if token == _DOCUMENT_START:
            continue
        if len(cells) < 2 or not token:
            raise InputError(f"{path}, line {number}: expected a token and its tag, found {line!r}")
        if tag != "O" and not _TAG.match(tag):
            raise InputError(f"{path}, line {number}: {tag!r} is no tag; expected O, or B-, I-, E- or S- and a label")
        tokens.append(token)
        tags.append(tag)
    return sentences


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
