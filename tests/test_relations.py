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

import ie_model
from ie_model.decoding import decode, type_probabilities
from ie_model.extensions import StoredRelation
from ie_model.ml.relation_model import PairBatch, _max, _mean, _rows_of_max, build_relation_model, softmax_with_none
from ie_model.pairs import PAIR_FEATURES, Mention, candidate_pairs, make_table, pair_features
from ie_model.relations import _bound_labels, _Links, _mentions
from ie_model.scheme import parse_scheme

SCHEME = parse_scheme(
    "[entities]\nVALUE\nTHING\nPLACE\n[relations]\n!MEASURE\n"
    "\tLEVEL\tArg1:VALUE, Arg2:THING\n\tRISE\tArg1:VALUE, Arg2:THING\n"
    "AT\tArg1:VALUE, Arg2:PLACE\nAGAINST\tArg1:VALUE, Arg2:THING|PLACE\n"
)


def mentions(labels: str) -> list[Mention]:
    names = {"V": "VALUE", "T": "THING", "P": "PLACE"}
    return [Mention(2 * i, 2 * i + 1, names[label], 2 * i, 2 * i + 1) for i, label in enumerate(labels)]


def test_candidates_are_the_pairs_that_the_scheme_allows():
    assert candidate_pairs(mentions("TVPV"), SCHEME) == [(1, 0), (1, 2), (3, 0), (3, 2)]
    assert candidate_pairs(mentions("TTP"), SCHEME) == []


def test_candidates_grow_linearly_with_the_sentence():
    def count(n: int) -> int:
        return len(candidate_pairs(mentions("TV" * n), SCHEME))

    assert count(2000) < 11 * count(200)


def decoded(labels: str, scores, threshold: float = 0.5) -> list[tuple[int, str, int, float]]:
    """Heads, types and tails, heads and tails by their place in ``labels``, and probabilities."""
    found = mentions(labels)
    pairs = candidate_pairs(found, SCHEME)
    types = list(SCHEME.relations)
    rows = decode(np.array(scores), found, pairs, SCHEME, threshold)
    return [(pairs[row][0], types[column], pairs[row][1], score) for row, column, score in rows]


@given(st.text(alphabet="VTP", min_size=2, max_size=8), st.integers(0, 10_000), st.floats(0.05, 0.9))
def test_decoding_keeps_the_constraints(labels, seed, threshold):
    count = len(candidate_pairs(mentions(labels), SCHEME))
    if not count:
        return
    scores = np.random.default_rng(seed).normal(0, 4, (count, len(SCHEME.relations)))
    relations = decoded(labels, scores, threshold)
    label = [mention.label for mention in mentions(labels)]
    assert all(SCHEME.allows(type_, label[head], label[tail]) for head, type_, tail, _ in relations)
    pairs = [(head, tail) for head, _, tail, _ in relations]
    assert len(pairs) == len(set(pairs))
    measured = [head for head, type_, _, _ in relations if type_ in ("LEVEL", "RISE")]
    assert len(measured) == len(set(measured))
    assert all(0 <= score <= 1 for *_, score in relations)


def test_types_of_a_group_compete_for_a_head():
    found = mentions("TVT")
    scores = np.array([[2.0, 0.0, -9.0, -9.0], [1.0, -1.0, -9.0, -9.0]])
    probabilities = type_probabilities(scores, found, candidate_pairs(found, SCHEME), SCHEME)
    weights = np.exp([2.0, 0.0, 1.0, -1.0])
    expected = (weights / (weights.sum() + 1)).reshape(2, 2)  # "none" has score 0
    assert probabilities[:, :2] == pytest.approx(expected)


def test_a_head_takes_the_likeliest_tail_then_its_type():
    # In either type the first tail is likelier than the second in the likelier of its types, of which it has two.
    assert [r[:3] for r in decoded("TVT", [[2.0, 2.0, -9.0, -9.0], [2.5, -9.0, -9.0, -9.0]])] == [(1, "LEVEL", 0)]
    assert decoded("TVT", [[-1.0, -1.0, -9.0, -9.0], [-1.5, -9.0, -9.0, -9.0]]) == []  # "none" is likelier than any


def overlapping(*spans: tuple[int, int, float]) -> list[Mention]:
    """A value of one token and candidates for its thing: start, end, prior; the first of them primary."""
    things = [Mention(s, e, "THING", s, e, prior, i == 0) for i, (s, e, prior) in enumerate(spans)]
    return [Mention(0, 1, "VALUE", 0, 1), *things]


def test_of_candidates_that_overlap_one_stays_and_has_the_others_share():
    found = overlapping((2, 4, 0.6), (2, 5, 0.3), (7, 8, 0.2))
    pairs = candidate_pairs(found, SCHEME)
    scores = np.array([[1.0, -9, -9, -9], [1.5, -9, -9, -9], [1.2, -9, -9, -9]])
    ((row, _, score),) = decode(scores, found, pairs, SCHEME, 0.5)
    assert pairs[row] == (0, 2)
    assert score == pytest.approx(np.exp(1.5) / (np.exp(1.5) + np.exp(1.2) + 1), abs=1e-3)


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
        extractor.cfg.update(bound=["THING"], scheme=SCHEME.to_json())
        doc = annotated(self.nlp, "T x V T P")
        extractor.set_annotations([doc], [_Links([StoredRelation(2, 3, "LEVEL", 3, 4, 0.8)])])
        assert [(span.start, span.label_) for span in doc.ents] == [(2, "VALUE"), (3, "THING"), (4, "PLACE")]
        assert [score[:2] for score in doc._.entity_scores] == [(2, 3), (3, 4), (4, 5)]
        assert len(doc._.relations) == 1

    def test_candidates_that_a_relation_has_found_are_entities(self):
        extractor = self.nlp.create_pipe("relation_extractor")
        extractor.cfg.update(bound=["THING"], scheme=SCHEME.to_json())
        doc = annotated(self.nlp, "V T x x P")
        doc._.candidates = ((1, 2, "THING", 0.6), (1, 3, "THING", 0.3), (4, 5, "PLACE", 0.9), (4, 5, "THING", 0.1))
        relations = [StoredRelation(0, 1, "LEVEL", 1, 3, 0.8), StoredRelation(0, 1, "AT", 4, 5, 0.7)]
        extractor.set_annotations([doc], [_Links(relations, {(1, 3): ("THING", 0.8)})])
        assert [(span.text, span.label_, span._.score) for span in doc.ents] == [
            ("V", "VALUE", 0.9), ("T x", "THING", 0.8), ("P", "PLACE", 0.9)
        ]  # fmt: skip
        scores = {relation[2]: relation[5] for relation in doc._.stored_relations}
        assert scores == pytest.approx({"LEVEL": 0.8 * 0.9, "AT": 0.7 * 0.9 * 0.9}, abs=1e-4)
        assert doc._.candidates is None

    def test_mentions_are_entities_and_the_candidates_of_bound_labels_beside_them(self):
        doc = annotated(self.nlp, "V T x x P")
        assert len(_mentions(doc, {"THING"})) == 3  # what is given is taken as it is
        doc._.candidates = ((1, 2, "THING", 0.6), (1, 3, "THING", 0.3), (3, 5, "THING", 0.3), (3, 4, "THING", 0.1))
        assert _mentions(doc, {"THING"}) == [
            (0, 1, "VALUE", 0.0, True), (1, 2, "THING", 0.6, True), (1, 3, "THING", 0.3, False),
            (3, 4, "THING", 0.1, False), (4, 5, "PLACE", 0.0, True),
        ]  # fmt: skip


SMALL = {
    "@architectures": "ie_model.RelationModel.v2",
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2", "width": 16, "depth": 1, "embed_size": 100, "window_size": 1,
        "maxout_pieces": 2, "subword_features": False, "pretrained_vectors": None,
    },
    "width": 8, "depth": 1, "window": 1, "pair_features": PAIR_FEATURES, "hidden": 8, "dropout": 0.0,
}  # fmt: skip


def test_it_learns_which_candidate_is_right_against_what_the_tagger_thinks():
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "ie_model.Tokenizer.v1"}}})
    extractor = nlp.add_pipe("relation_extractor", config={"model": SMALL})
    gold = annotated(nlp, "V x x x")
    gold.set_ents([Span(gold, 0, 1, "VALUE"), Span(gold, 1, 3, "THING")])
    gold._.stored_relations = (StoredRelation(0, 1, "LEVEL", 1, 3, 1.0),)

    def found() -> Doc:
        doc = annotated(nlp, "V x x x")
        doc._.candidates = ((0, 1, "VALUE", 0.9), (1, 2, "THING", 0.8), (1, 3, "THING", 0.1), (3, 4, "THING", 0.3))
        return doc

    fix_random_seed(0)
    optimizer = nlp.initialize(lambda: [Example(found(), gold)])
    extractor.cfg["bound"] = ["THING"]
    for _ in range(60):
        extractor.update([Example(found(), gold)], sgd=optimizer)
    doc = extractor(found())
    assert [(span.start, span.end, span.label_) for span in doc.ents] == [(0, 1, "VALUE"), (1, 3, "THING")]
    assert [relation[:5] for relation in doc._.stored_relations] == [(0, 1, "LEVEL", 1, 3)]


@pytest.mark.parametrize("least", [0.05, None])
def test_a_step_of_the_tagger_leaves_what_the_extractor_learns_to_judge(least):
    nlp = ie_model.load()
    nlp.get_pipe("entity_tagger").cfg["candidates"] = least
    text = "Năm 2021, toàn tỉnh có 12.480 người tham gia BHXH."
    predicted = nlp.make_doc(text)
    for name in ("sentence_splitter", "word_segmenter"):
        nlp.get_pipe(name)(predicted)
    example = Example(predicted, nlp(text))
    for name in ("token_encoder", "entity_tagger"):
        nlp.get_pipe(name).update([example])
    found = example.predicted._.candidates
    if least is None:
        assert found is None and not example.predicted.ents
    else:
        assert {(span.start, span.end, span.label_) for span in example.predicted.ents} <= {c[:3] for c in found}
        assert all(least <= probability <= 1 for *_, probability in found)


def features(*sentences: str):
    parts = [(mentions(labels), candidate_pairs(mentions(labels), SCHEME), 2 * len(labels)) for labels in sentences]
    table = make_table(parts)
    ids = np.concatenate([np.arange(12 * len(labels), dtype="uint64").reshape(-1, 6) for labels in sentences])
    return pair_features(ids, table)


def test_features_see_order_and_what_lies_between():
    rows = features("TVTV")
    assert rows.shape == (4, PAIR_FEATURES)
    assert len({tuple(row) for row in rows.tolist()}) == 4


def test_candidates_beside_a_primary_one_change_no_count():
    def rows(found: list[Mention]):
        table = make_table([(found, candidate_pairs(found, SCHEME), 12)])
        return pair_features(np.arange(72, dtype="uint64").reshape(-1, 6), table)[:, :-1].tolist()

    place = Mention(9, 10, "PLACE", 9, 10)
    alone, beside = overlapping((2, 4, 0.6)), overlapping((2, 4, 0.6), (2, 5, 0.3))
    with_rival = rows([*beside, place])
    assert rows([*alone, place]) == [with_rival[0], with_rival[2]]


def test_features_of_a_sentence_do_not_depend_on_its_neighbours():
    together = features("TVPV", "VT", "TVTV")
    apart = np.concatenate([features("TVPV"), features("VT"), features("TVTV")])
    assert together.tolist() == apart.tolist()
