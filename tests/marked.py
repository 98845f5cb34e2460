"""Sentences marked up in a line, and their records: ``[span|id]``, the id's letter naming the label."""

from __future__ import annotations

import re

from ie_model.records import Link, Mention, Record, build_records

LABELS = {"o": "ORG", "l": "LOC", "i": "INDICATOR", "q": "QUANTITY", "p": "PERCENT", "t": "TIME"}
MARKED = re.compile(r"\[([^|\]]+)\|(\w+)\]")


def read(marked: str, links: str = ""):
    """Text, mentions and links of ``[12 ca|q1] [nặng|i1]`` and ``q1 LEVEL_OF i1; …``; the id's letter is the label."""
    text, mentions, end = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[end : match.start()]
        mentions.append(Mention(match[2], LABELS[match[2][0]], len(text), len(text) + len(match[1]), 0.9))
        text += match[1]
        end = match.end()
    text += marked[end:]
    index = {mention.id: place for place, mention in enumerate(mentions)}
    triples = [link.split() for link in links.split(";") if link.strip()]
    return text, mentions, [Link(index[head], type_, index[tail], 0.8) for head, type_, tail in triples]


def records(marked: str, links: str = "") -> dict[str, Record]:
    text, mentions, relations = read(marked, links)
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    return {record.id: record for record in build_records(text, lines, mentions, relations)}
