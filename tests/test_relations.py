"""The relation extractor: candidates, probabilities, decoding under the scheme's constraints, gradients."""

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.pipeline.tok2vec import Tok2VecListener
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import Ragged, fix_random_seed

from ie_model.extensions import StoredRelation
from ie_model.ml.features import Sentence
from ie_model.ml.relation_model import PairBatch, _max, _mean, _rows_of_max, build_relation_model, softmax_with_none
from ie_model.pairs import PAIR_FEATURES, Mention, candidate_pairs, make_table, pair_features
from ie_model.relations import _bound_labels, _decode, _probabilities, _Task
from ie_model.scheme import parse_scheme

SCHEME = parse_scheme(
    "[entities]\nVALUE\nTHING\nPLACE\n[relations]\n!MEASURE\n"
    "\tLEVEL\tArg1:VALUE, Arg2:THING\n\tRISE\tArg1:VALUE, Arg2:THING\n"
    "AT\tArg1:VALUE, Arg2:PLACE\nAGAINST\tArg1:VALUE, Arg2:THING|PLACE\n"
)


def mentions(labels: str) -> list[Mention]:
    names = {"V": "VALUE", "T": "THING", "P": "PLACE"}
    return [Mention(2 * i, 2 * i + 1, names[label], 2 * i, 2 * i + 1) for i, label in enumerate(labels)]


def task(labels: str) -> _Task:
    found = mentions(labels)
    ids = np.arange(2 * len(labels) * 6, dtype="uint64").reshape(-1, 6)
    return _Task(0, Sentence(np.arange(len(ids)), ids), found, candidate_pairs(found, SCHEME))


def test_candidates_are_the_pairs_that_the_scheme_allows():
    assert candidate_pairs(mentions("TVPV"), SCHEME) == [(1, 0), (1, 2), (3, 0), (3, 2)]
    assert candidate_pairs(mentions("TTP"), SCHEME) == []


def test_candidates_grow_linearly_with_the_sentence():
    def count(n: int) -> int:
        return len(candidate_pairs(mentions("TV" * n), SCHEME))

    assert count(2000) < 11 * count(200)


@given(st.text(alphabet="VTP", min_size=2, max_size=8), st.integers(0, 10_000), st.floats(0.05, 0.9))
def test_decoding_keeps_the_constraints(labels, seed, threshold):
    sentence = task(labels)
    scores = np.random.default_rng(seed).normal(0, 4, (len(sentence.pairs), len(SCHEME.relations)))
    if not len(scores):
        return
    probabilities = _probabilities(scores, sentence, SCHEME)
    relations = _decode(probabilities, sentence, SCHEME, threshold)
    label = {mention.doc_start: mention.label for mention in sentence.mentions}
    assert all(SCHEME.allows(r.type, label[r.head_start], label[r.tail_start]) for r in relations)
    pairs = [(r.head_start, r.tail_start) for r in relations]
    assert len(pairs) == len(set(pairs))
    measured = [r.head_start for r in relations if r.type in ("LEVEL", "RISE")]
    assert len(measured) == len(set(measured))
    assert all(0 <= r.score <= 1 for r in relations)


def test_types_of_a_group_compete_for_a_head():
    sentence = task("TVT")
    scores = np.array([[2.0, 0.0, -9.0, -9.0], [1.0, -1.0, -9.0, -9.0]])
    probabilities = _probabilities(scores, sentence, SCHEME)
    weights = np.exp([2.0, 0.0, 1.0, -1.0])
    expected = (weights / (weights.sum() + 1)).reshape(2, 2)  # "none" has score 0
    assert probabilities[:, :2] == pytest.approx(expected)


@pytest.mark.parametrize("groups", [[0, 0, 1], [0, 1, 1], [0, 1, 2]])
def test_softmax_with_none_sums_to_one(groups):
    scores = np.array([[800.0, -np.inf], [3.0, 1.0], [-800.0, 0.5]])
    probabilities, none = softmax_with_none(scores, np.array(groups))
    totals = none.copy()
    np.add.at(totals, groups, probabilities.sum(axis=1))
    assert totals == pytest.approx(np.ones(len(totals)))


def test_pooling_over_spans():
    tokens = np.array([[1.0, 8.0], [3.0, 2.0], [5.0, 4.0]], dtype="f")
    spans = np.array([[0, 2], [1, 3], [2, 2]])
    means, _ = _mean(tokens, spans)
    assert means.tolist() == [[2, 5], [4, 3], [0, 0]]
    assert _max(tokens, spans).tolist() == [[3, 8], [5, 4], [0, 0]]
    assert _rows_of_max(tokens, spans).tolist() == [[1, 0], [2, 2], [-1, -1]]


def test_gradients_reach_the_encoder_as_the_loss_says():
    random = np.random.default_rng(0)
    fix_random_seed(0)  # the first weights: a kink of a maxout at the place tried would spoil the difference
    listener = Tok2VecListener("token_encoder", 5)
    model = build_relation_model(
        listener, width=8, depth=1, window=1, pair_features=PAIR_FEATURES, hidden=6, dropout=0.0
    )
    tokens = Ragged(random.normal(0, 1, (7, 5)).astype("f"), np.array([4, 3], dtype="i"))
    labels = random.integers(1, 9, (7, 1)).astype("uint64")
    features = random.integers(1, 999, (3, PAIR_FEATURES)).astype("uint64")
    heads, tails = np.array([[0, 1], [3, 4], [4, 5]]), np.array([[2, 4], [0, 2], [6, 7]])
    pairs = PairBatch(tokens, labels, heads, tails, features)
    model.initialize(Y=np.zeros((1, 2), dtype="f"))
    output, head = model.get_ref("output"), model.get_ref("head")
    output.set_param("W", random.normal(0, 1, output.get_param("W").shape).astype("f"))
    want = random.normal(0, 1, (3, 2)).astype("f")

    def loss(moved: np.ndarray) -> float:
        batch = PairBatch(Ragged(moved, tokens.lengths), labels, heads, tails, features)
        return float(((head.predict(batch) - want) ** 2).sum())

    scores, backprop = head.begin_update(pairs)
    gradient = backprop(2 * (scores - want))
    place = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
    step = 3e-3
    losses = []
    for sign in (1, -1):
        moved = tokens.dataXd.copy()
        moved[place] += sign * step
        losses.append(loss(moved))
    assert gradient[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=0.05)


def annotated(nlp, words: str, relations=()) -> Doc:
    """A Doc of one-token entities, ``V``, ``T`` and ``P`` of their labels, else none; relations of token offsets."""
    names = {"V": "VALUE", "T": "THING", "P": "PLACE"}
    doc = Doc(nlp.vocab, words.split())
    doc.set_ents([Span(doc, i, i + 1, names[word]) for i, word in enumerate(words.split()) if word in names])
    doc._.stored_relations = tuple(StoredRelation(h, h + 1, type_, t, t + 1, 1.0) for h, type_, t in relations)
    doc._.entity_scores = tuple((span.start, span.end, 0.9) for span in doc.ents)
    return doc


class TestBoundLabels:
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "ie_model.Tokenizer.v1"}}})

    def bound(self, *docs: Doc, times: int = 300) -> list[str]:
        return _bound_labels([Example(doc, doc) for doc in docs] * times, SCHEME)

    def test_a_tail_that_never_stands_alone_is_bound(self):
        related = annotated(self.nlp, "V T P", [(0, "LEVEL", 1)])
        assert self.bound(related) == ["THING"]  # the place is alone; a value is a head
        assert self.bound(related, times=299) == []

    def test_one_mention_alone_unbinds(self):
        related, alone = annotated(self.nlp, "V T", [(0, "LEVEL", 1)]), annotated(self.nlp, "V T")
        assert _bound_labels([Example(doc, doc) for doc in [related] * 999 + [alone]], SCHEME) == []

    def test_entities_of_a_bound_label_without_a_relation_are_dropped(self):
        extractor = self.nlp.create_pipe("relation_extractor")
        extractor.cfg["bound"] = ["THING"]
        doc = annotated(self.nlp, "T x V T P")
        extractor.set_annotations([doc], [[StoredRelation(2, 3, "LEVEL", 3, 4, 0.8)]])
        assert [(span.start, span.label_) for span in doc.ents] == [(2, "VALUE"), (3, "THING"), (4, "PLACE")]
        assert [score[:2] for score in doc._.entity_scores] == [(2, 3), (3, 4), (4, 5)]
        assert len(doc._.relations) == 1


def features(*sentences: str):
    parts = [(mentions(labels), candidate_pairs(mentions(labels), SCHEME), 2 * len(labels)) for labels in sentences]
    table = make_table(parts)
    ids = np.concatenate([np.arange(12 * len(labels), dtype="uint64").reshape(-1, 6) for labels in sentences])
    return pair_features(ids, table)


def test_features_see_order_and_what_lies_between():
    rows = features("TVTV")
    assert rows.shape == (4, PAIR_FEATURES)
    assert len({tuple(row) for row in rows.tolist()}) == 4


def test_features_of_a_sentence_do_not_depend_on_its_neighbours():
    together = features("TVPV", "VT", "TVTV")
    apart = np.concatenate([features("TVPV"), features("VT"), features("TVTV")])
    assert together.tolist() == apart.tolist()
