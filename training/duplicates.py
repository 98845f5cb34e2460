"""Near-duplicate sentences: those that share most of their runs of five characters.

A similarity join with an inverted index and prefix filtering, exact and far from comparing all pairs: Chaudhuri, Ganti
and Kaushik, *A primitive operator for similarity joins in data cleaning* (ICDE 2006).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ie_model.standoff import Document

from .check import Finding, line_of

_RUN = 5  # characters


def near_duplicates(documents: Sequence[Document], similarity: float, shortest: int) -> Iterator[Finding]:
    """Sentences that nearly stand elsewhere, at an earlier place of the corpus.

    Args:
        documents: Compared within and between one another, in this order.
        similarity: Least Jaccard similarity of the sets of five-character runs, above 0 and up to 1.
        shortest: Sentences of fewer characters (headings, forms of address) are left out.
    """
    places = [
        (document, start, document.text[start:end])
        for document in documents
        for start, end in document.lines()
        if end - start >= shortest
    ]
    nearest: dict[int, tuple[float, int]] = {}  # place -> similarity, and minus the earlier place: the first of equals
    for later, earlier, found in similar_pairs([text for _, _, text in places], similarity):
        nearest[later] = max(nearest.get(later, (0.0, 0)), (found, -earlier))
    for later, (found, negative) in sorted(nearest.items()):
        document, start, text = places[later]
        other, other_start, _ = places[-negative]
        beginning = " ".join(text.split()[:6])
        message = f"{beginning!r}… is {found:.0%} like {other.id}, line {line_of(other, other_start)}"
        yield Finding(document.id, line_of(document, start), "duplicate", beginning, message)


def similar_pairs(texts: Sequence[str], similarity: float) -> Iterator[tuple[int, int, float]]:
    """``(later, earlier, similarity)`` of all pairs of texts at least that similar, as positions in ``texts``."""
    sets = _numbered([_runs(text) for text in texts])
    index: dict[int, list[int]] = defaultdict(list)
    # From small to large, so that whatever the index holds is at most as large as the set compared with it.
    for i in sorted(range(len(sets)), key=lambda i: len(sets[i])):
        runs = sets[i]
        smallest = math.ceil(similarity * len(runs) - 1e-9)
        # Two sets that similar share one of the rarest runs of each: those beyond the smallest possible overlap.
        prefix = runs[: len(runs) - smallest + 1]
        candidates = {j for run in prefix for j in index[run] if len(sets[j]) >= smallest}
        members = set(runs)
        for j in sorted(candidates):
            shared = len(members.intersection(sets[j]))
            if (found := shared / (len(runs) + len(sets[j]) - shared)) >= similarity - 1e-9:
                yield max(i, j), min(i, j), found
        for run in prefix:
            index[run].append(i)


def _runs(text: str) -> set[str]:
    text = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return {text[i : i + _RUN] for i in range(max(1, len(text) - _RUN + 1))}


def _numbered(sets: Sequence[set[str]]) -> list[list[int]]:
    """The sets as sorted lists of numbers, the rarest run of all first."""
    counts = Counter(run for runs in sets for run in runs)
    number = {run: n for n, run in enumerate(sorted(counts, key=lambda run: (counts[run], run)))}
    return [sorted(number[run] for run in runs) for runs in sets]
