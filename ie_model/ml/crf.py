"""A linear-chain conditional random field over BIOES tags (Lafferty et al. 2001), in numpy.

Works on padded batches, in the probability domain with a scale per step (Rabiner 1989), so that each step is one
matrix product. Impossible transitions have weight zero, hence every decoded sequence is well-formed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .types import Array

OUTSIDE = "O"
_BEGIN, _SINGLE = 0, 3  # places of B and S among the four tags of a label
_LOW = -1e4  # score of an impossible transition


def make_tags(labels: Sequence[str]) -> list[str]:
    """``O`` and B-, I-, E-, S- of each label; ``O`` is tag 0."""
    return [OUTSIDE] + [f"{position}-{label}" for label in labels for position in "BIES"]


def allowed_transitions(tags: Sequence[str]) -> Array:
    """1 where a tag may follow another, else 0. *Shape:* ``(tags, tags)``, from row to column."""
    allowed = np.zeros((len(tags), len(tags)), dtype="f")
    for i, left in enumerate(tags):
        for j, right in enumerate(tags):
            if left[0] in "BI":
                allowed[i, j] = right[0] in "IE" and left[2:] == right[2:]
            else:
                allowed[i, j] = right[0] in "OBS"
    return allowed


def border_masks(tags: Sequence[str]) -> tuple[Array, Array]:
    """1 for the tags that may begin, and that may end, a sentence."""
    first = np.array([tag[0] in "OBS" for tag in tags], dtype="f")
    last = np.array([tag[0] in "OES" for tag in tags], dtype="f")
    return first, last


def pad(emissions: Array, lengths: Array) -> Array:
    """*Shape:* ``(tokens, tags)`` to ``(sentences, longest, tags)``."""
    out = np.zeros((len(lengths), int(lengths.max()), emissions.shape[1]), dtype="f")
    out[padding_mask(lengths)] = emissions
    return out


def padding_mask(lengths: Array) -> Array:
    """True at real tokens. *Shape:* ``(sentences, longest)``."""
    return np.arange(int(lengths.max()))[None, :] < np.asarray(lengths)[:, None]


class Lattice:
    """Forward and backward sums of a padded batch.

    Args:
        emissions: *Shape:* ``(sentences, longest, tags)``.
        lengths: *Shape:* ``(sentences,)``.
        transitions: Scores, *Shape:* ``(tags, tags)``.
        allowed, first, last: Masks of :func:`allowed_transitions` and :func:`border_masks`.

    Attributes:
        forward, backward: Scaled sums, *Shape:* as the emissions.
        scale: Per-step factors, *Shape:* ``(sentences, longest)``.
        emit: Exponentiated emissions, the highest of each token being 1.
        step: Exponentiated transitions.
    """

    def __init__(
        self,
        emissions: Array,
        lengths: Array,
        transitions: Array,
        allowed: Array,
        first: Array,
        last: Array,
    ) -> None:
        self.lengths = lengths
        self.mask = padding_mask(lengths)
        self.peak = emissions.max(axis=2)
        # In double precision: the product of a wide range of weights underflows in single.
        self.emit = np.exp(emissions.astype("d") - self.peak[:, :, None])
        self.step = np.exp(transitions.astype("d")) * allowed
        self._ends = np.asarray(lengths) - 1
        self._last = last
        self._run(first.astype("d"))

    def _run(self, first: Array) -> None:
        n, longest, k = self.emit.shape
        self.forward, self.backward = np.zeros((n, longest, k)), np.zeros((n, longest, k))
        self.scale = np.ones((n, longest))
        emit = self.emit.copy()
        emit[np.arange(n), self._ends] *= self._last
        state = emit[:, 0] * first
        for t in range(longest):
            if t:
                state = np.where(self.mask[:, t, None], (state @ self.step) * emit[:, t], state)
            total = np.maximum(state.sum(axis=1), 1e-300)
            live = self.mask[:, t]
            self.scale[live, t] = total[live]
            state = np.where(live[:, None], state / total[:, None], state)
            self.forward[:, t] = state
        after = np.ones((n, k))
        for t in range(longest - 1, -1, -1):
            at_end = self._ends == t
            after[at_end] = 1.0
            self.backward[:, t] = after
            if t:
                inner = (emit[:, t] * after / self.scale[:, t, None]) @ self.step.T
                after = np.where(self.mask[:, t, None], inner, after)
        self._emit_with_ends = emit

    @property
    def log_partition(self) -> Array:
        """Log of the summed weight of all sequences, per sentence."""
        return (np.log(self.scale) * self.mask).sum(axis=1) + (self.peak * self.mask).sum(axis=1)

    def marginals(self) -> Array:
        """Probability of each tag at each token. *Shape:* as the emissions."""
        joint = self.forward * self.backward
        return joint / np.maximum(joint.sum(axis=2, keepdims=True), 1e-300)

    def transition_counts(self) -> Array:
        """Expected number of each transition, summed over the batch. *Shape:* ``(tags, tags)``."""
        if self.emit.shape[1] < 2:
            return np.zeros_like(self.step)
        ahead = self._emit_with_ends[:, 1:] * self.backward[:, 1:] / self.scale[:, 1:, None]
        live = self.mask[:, 1:]
        return self.step * (self.forward[:, :-1][live].T @ ahead[live])

    def spans(self, sentence: int, least: float) -> dict[tuple[int, int, int], float]:
        """All spans of at least some probability, which may overlap.

        No more than ``1 / least`` of them cover a token, so the cost is linear in the sentence's length.

        Returns:
            Probability by start, end and number of the label.
        """
        length = int(self.lengths[sentence])
        forward, backward = self.forward[sentence], self.backward[sentence]
        likely = forward[:length] * backward[:length]
        found: dict[tuple[int, int, int], float] = {}
        for start, place in np.argwhere(likely[:, 1:] >= least).tolist():
            label, position = divmod(place, 4)
            if position == _SINGLE:
                found[start, start + 1, label] = min(float(likely[start, place + 1]), 1.0)
            elif position == _BEGIN:
                for end, probability in self._ends_of(sentence, start, place + 1, least):
                    found[start, end, label] = min(float(probability), 1.0)
        return found

    def _ends_of(self, sentence: int, start: int, begin: int, least: float) -> Iterator[tuple[int, float]]:
        """Ends of the spans that begin at a token with a tag, and their probabilities."""
        inside, end = begin + 1, begin + 2
        backward = self.backward[sentence]
        before, weight = begin, self.forward[sentence, start, begin]
        for t in range(start + 1, int(self.lengths[sentence])):
            emit = self._emit_with_ends[sentence, t] / self.scale[sentence, t]
            probability = weight * self.step[before, end] * emit[end] * backward[t, end]
            if probability >= least:
                yield t + 1, probability
            weight = weight * self.step[before, inside] * emit[inside]
            if weight * backward[t, inside] < least:
                return
            before = inside

    def span_probability(self, sentence: int, start: int, tags: Sequence[int]) -> float:
        """Probability that the tokens from ``start`` on carry just ``tags``, over all sequences."""
        probability = self.forward[sentence, start, tags[0]]
        for offset in range(1, len(tags)):
            t = start + offset
            weight = self.step[tags[offset - 1], tags[offset]] * self._emit_with_ends[sentence, t, tags[offset]]
            probability *= weight / self.scale[sentence, t]
        probability *= self.backward[sentence, start + len(tags) - 1, tags[-1]]
        return float(min(max(probability, 0.0), 1.0))


def viterbi(
    emissions: Array, lengths: Array, transitions: Array, allowed: Array, first: Array, last: Array
) -> list[list[int]]:
    """The best tag sequence of each sentence."""
    n, longest, k = emissions.shape
    scores = np.where(allowed > 0, transitions, _LOW).astype("f")
    ends = np.asarray(lengths) - 1
    # Of the best sequence up to each token with each tag there. Which tag it comes from is asked on the way back, for
    # the one tag that is on the path.
    best = np.zeros((longest, n, k))
    best[0] = emissions[:, 0] + np.where(first > 0, 0, _LOW)
    for t in range(1, longest):
        live = np.flatnonzero(t <= ends)
        best[t, live] = (best[t - 1, live, :, None] + scores).max(axis=1) + emissions[live, t]
    tags = np.empty((longest, n), dtype="i8")
    tags[-1] = (best[ends, np.arange(n)] + np.where(last > 0, 0, _LOW)).argmax(axis=1)
    for t in range(longest - 1, 0, -1):
        before = (best[t - 1] + scores[:, tags[t]].T).argmax(axis=1)
        tags[t - 1] = np.where(t <= ends, before, tags[t])
    return [tags[: end + 1, sentence].tolist() for sentence, end in enumerate(ends)]


def loss_and_gradient(
    emissions: Array,
    lengths: Array,
    gold: Array,
    transitions: Array,
    allowed: Array,
    first: Array,
    last: Array,
) -> tuple[float, Array, Array]:
    """Negative log-likelihood of the gold tags, with its gradients by emissions and transitions.

    Args:
        gold: Tag indices, padded with anything. *Shape:* ``(sentences, longest)``.
    """
    lattice = Lattice(emissions, lengths, transitions, allowed, first, last)
    mask = lattice.mask
    rows, columns = np.nonzero(mask)
    d_emissions = lattice.marginals() * mask[:, :, None]
    d_emissions[rows, columns, gold[mask]] -= 1
    d_transitions = lattice.transition_counts()
    inner = mask[:, 1:]
    left, right = gold[:, :-1][inner], gold[:, 1:][inner]
    np.subtract.at(d_transitions, (left, right), 1)
    gold_score = emissions[rows, columns, gold[mask]].sum() + transitions[left, right].sum()
    loss = float(lattice.log_partition.sum() - gold_score)
    return loss, d_emissions.astype("f"), d_transitions.astype("f")
