"""Builds the weights of the own model from the shared labelled texts: deterministic, minutes on two cores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from analysis.errors import BadTrainingData
from analysis.evaluate import category_measures, f1, readable, sentiment_measures
from analysis.features import NOTHING
from analysis.interplay import drawn
from analysis.lexicon import CATEGORIES, own_lists, word_buckets
from analysis.linear import FLOATS
from analysis.read_labels import ALIKE, read_labels
from analysis.train_assemble import (
    HEADS,
    HIDDEN,
    INTERPLAY,
    Vocabulary,
    assemble,
    dense_features,
    no_interplay,
    zero_heads,
)
from analysis.train_curve import say_learning_curve
from analysis.train_data import (
    POLARITY_SETS,
    TEST_FROM,
    Labelled,
    content_key,
    part_of,
    read_emotions,
    read_gold,
    read_polarity,
    read_topics,
)
from analysis.train_heads import (
    GOLD_HEADS,
    Examples,
    Heads,
    Linear,
    best_threshold,
    calibrated,
    gold_targets,
    hidden_topics,
    kernel_of,
    learn_binary,
    learn_heads,
    learn_topics,
    out_of_fold,
    stack,
    standardised,
)
from analysis.train_matrix import Matrix, document_frequency, occurrences
from analysis.weights_file import Weights, save

Say = Callable[[str], None]
TOPIC_SETS = ("zhengwu", "toutiao_titles", "thucnews_titles")  # public matters, also for the gate
TEACHER_SETS = (*TOPIC_SETS, "board")
READ_WEIGHT = (
    0.5  # of a text read because it is hard beside one drawn at random; 1.0 took 0.5 points of sentiment
)
KEPT_ROWS = 310_000
LEAST_OWN = 3  # labelled texts that an n-gram stands in to be kept at once; with two they would leave no room for polarity
WORD_BOOST = (
    2.0  # curated words weigh more in x; out of fold 1.0 gave categories micro-F1 0.787, 2.0 gave 0.791
)


@dataclass(frozen=True)
class Corpus:
    """Training texts only: the own test part of every set is already taken out.

    alike: read for training and drawn as `gold_large` was. read: chosen because they are hard."""

    gold: Labelled
    alike: Labelled
    read: Labelled
    polarity: Mapping[str, Labelled]
    emotions: Labelled
    topics: Mapping[str, Labelled]


def read_corpus(data: Path, more: Labelled | None = None) -> Corpus:
    """All training texts; a text of the test part, or a copy of one, is in none of them.

    more: learnt from like the texts read for training."""
    large, small = read_gold(data, "gold_large"), read_gold(data, "gold")
    held = {content_key(text) for part in (large, small) for text in part.texts if part_of(text) >= TEST_FROM}

    def known(labelled: Labelled) -> Labelled:
        return labelled.where(
            [part_of(text) < TEST_FROM and content_key(text) not in held for text in labelled.texts]
        )

    large, small = known(large), known(small)
    return Corpus(
        gold=Labelled(large.texts + small.texts, large.labels + small.labels),
        alike=known(read_labels(data, ALIKE)),
        read=known(_joined(read_labels(data), more or Labelled([], []))),
        polarity={name: known(read_polarity(data, name)) for name in POLARITY_SETS},
        emotions=known(read_emotions(data)),
        topics={name: known(read_topics(data, name)) for name in TEACHER_SETS},
    )


def _joined(one: Labelled, other: Labelled) -> Labelled:
    return Labelled(one.texts + other.texts, one.labels + other.labels)


def train(
    data: Path,
    words: Mapping[str, Sequence[str]],
    out: Path,
    say: Say,
    more: Labelled | None = None,
    curve: bool = False,
) -> Weights:
    """Learn everything and write the weights to `out`.

    words: the word list of each category. more: further labelled texts (corrections of people, the examples of the
    catalogue); a record may label categories alone. curve: say the learning curve too, minutes more.
    """
    missing = [name for name in CATEGORIES if not words.get(name)]
    if missing:
        raise BadTrainingData(
            f"热点分类 {'、'.join(missing)} 没有词表；请补全 catalogue/categories 下的同名文件。"
        )
    corpus = read_corpus(data, more)
    polarities = sum(map(len, corpus.polarity.values()))
    say(
        f"读入：逐条标注 {len(corpus.gold)} + {len(corpus.alike)} + {len(corpus.read)} 条，情感集 {polarities} 条"
    )
    counted = {name: occurrences(part.texts) for name, part in parts(corpus).items()}
    lists = {name: tuple(words[name]) for name in CATEGORIES} | own_lists()
    vocabulary = choose_vocabulary(counted, corpus, lists, say)
    x = {name: vocabulary.x(matrix) for name, matrix in counted.items()}
    counted.clear()
    polarity, gate = learn_polarity(x, corpus), learn_gate(x, len(corpus.gold))
    say("情感与文体两个头已学完")
    teacher = standardised(stack([polarity, *teachers(x, corpus)]), x["gold"][: len(corpus.gold)])
    say(f"{teacher.weights.shape[1]} 个辅助输出已学完")
    hidden = hidden_topics(teacher, x["gold"][: len(corpus.gold)], HIDDEN)
    empty, no_play = zero_heads(len(vocabulary.rows), len(lists)), no_interplay(len(lists))
    draft = assemble(vocabulary, lists, empty, {}, [polarity, gate], hidden, no_play)
    alike = _joined(corpus.gold, corpus.alike)
    labelled = _joined(alike, corpus.read)
    dense = dense_features(draft, labelled.texts)
    play = drawn(dense[: len(corpus.gold)], hidden(x["gold"])[: len(corpus.gold)], INTERPLAY, len(HEADS))
    examples = examples_of(labelled, len(alike), x["gold"], dense, play.features(dense, hidden(x["gold"])))
    kernel = kernel_of(examples, teacher)
    if curve:
        say_learning_curve(kernel, examples, len(corpus.gold), say)
    heads, thresholds = learn_gold(examples, teacher, kernel, (len(corpus.gold), len(alike)), say)
    final = assemble(vocabulary, lists, heads, thresholds, [polarity, gate], hidden, play)
    save(final, out)
    say(f"权重写到 {out.name}：{out.stat().st_size / 1e6:.1f} MB，{len(vocabulary.rows)} 个片段")
    return final


def parts(corpus: Corpus) -> dict[str, Labelled]:
    return {
        "gold": _joined(_joined(corpus.gold, corpus.alike), corpus.read),
        "emotions": corpus.emotions,
        **corpus.polarity,
        **corpus.topics,
    }


def choose_vocabulary(
    counted: Mapping[str, Matrix], corpus: Corpus, lists: Mapping[str, Sequence[str]], say: Say
) -> Vocabulary:
    """n-grams of the labelled texts first, then those that say most about polarity, KEPT_ROWS in all."""
    frequency = document_frequency([matrix for name, matrix in counted.items() if name != "emotions"])
    size = sum(matrix.shape[0] for name, matrix in counted.items() if name != "emotions")
    idf = np.log(size / (1 + np.minimum(frequency, size - 2))).astype(np.float32)
    idf[np.concatenate([word_buckets(words) for words in lists.values()])] *= WORD_BOOST
    own = np.bincount(counted["gold"].indices, minlength=NOTHING)
    first = np.flatnonzero((own >= LEAST_OWN) & (frequency >= 4))
    wide = Vocabulary(np.flatnonzero(frequency >= 3), idf[frequency >= 3])
    linear = learn_polarity({name: wide.x(counted[name]) for name in POLARITY_SETS}, corpus)
    say(f"先用 {len(wide.rows)} 个片段学情感，再选出最有用的")
    use = np.zeros(NOTHING, dtype=np.float32)
    use[wide.rows] = np.abs(linear.weights[:, 0]) * wide.idf * np.sqrt(frequency[wide.rows])
    use[first] = np.inf
    rows = np.sort(np.argsort(-use, kind="stable")[:KEPT_ROWS])
    return Vocabulary(rows, idf[rows])


def learn_polarity(x: Mapping[str, Matrix], corpus: Corpus) -> Linear:
    """Positive or negative over the eight sets; small sets count more than their size, large ones less."""
    sizes = np.array([x[name].shape[0] for name in POLARITY_SETS])
    weight = np.repeat(np.sqrt(np.median(sizes) / sizes), sizes)
    labels = [label for name in POLARITY_SETS for label in corpus.polarity[name].labels]
    return learn_binary(sp.vstack([x[name] for name in POLARITY_SETS]).tocsr(), labels, 8.0, weight)


def learn_gate(x: Mapping[str, Matrix], gold: int) -> Linear:
    """Public matter (1) or review and personal post (0). Of the texts read for training none: a tenth are posts."""
    matter = [x["gold"][:gold], *(x[name] for name in TOPIC_SETS)]
    personal = [x[name][:6000] for name in POLARITY_SETS]
    labels = [1] * sum(m.shape[0] for m in matter) + [0] * sum(m.shape[0] for m in personal)
    weight = np.ones(len(labels))
    weight[:gold] = 4
    return learn_binary(sp.vstack([*matter, *personal]).tocsr(), labels, 4.0, weight)


def teachers(x: Mapping[str, Matrix], corpus: Corpus) -> list[Linear]:
    """Polarity of posts alone, three emotions, foreign topics."""
    posts = ("weibo100k_sample", "weibo2018", "usual", "virus")
    labels = [label for name in posts for label in corpus.polarity[name].labels]
    return [
        learn_binary(sp.vstack([x[name] for name in posts]).tocsr(), labels, 4.0),
        learn_topics(x["emotions"], corpus.emotions.labels),
        *(learn_topics(x[name], corpus.topics[name].labels) for name in TEACHER_SETS),
    ]


def examples_of(labelled: Labelled, alike: int, x: Matrix, dense: FLOATS, together: FLOATS) -> Examples:
    """The first `alike` texts are gold or drawn as it was, the others were chosen because they are hard."""
    return Examples(
        x=x,
        dense=dense,
        together=together,
        targets=gold_targets(labelled.labels),
        weight=np.repeat([1.0, READ_WEIGHT], [alike, len(labelled) - alike]),
        has_mood=np.array(["sentiment" in record for record in labelled.labels]),
        has_friction=np.array(["service_friction" in record for record in labelled.labels]),
    )


def learn_gold(
    examples: Examples, teacher: Linear, kernel: FLOATS, measured: tuple[int, int], say: Say
) -> tuple[Heads, dict[str, float]]:
    """The heads of the labelled texts, calibrated, and their thresholds.

    measured: how many of the first rows are gold, and how many gold or drawn as it was. Thresholds and calibration are
    chosen out of fold on the latter, since rare heads have few texts in gold; what is said is of gold alone."""
    gold, alike = measured
    raw = out_of_fold(kernel, examples, alike)
    targets = examples.targets[:alike]
    say("交叉检验完成")
    matrix, offset = calibrated(raw, targets)
    scores = 1 / (1 + np.exp(-(raw @ matrix + offset)))
    thresholds = {head: best_threshold(scores[:, at], targets[:, at]) for at, head in enumerate(GOLD_HEADS)}
    say_out_of_fold(scores[:gold], targets[:gold], thresholds, say)
    heads = learn_heads(examples, teacher, kernel)
    linear = Linear(heads.linear.weights @ matrix, heads.linear.bias @ matrix + offset)
    return Heads(linear, heads.dense @ matrix, heads.interplay @ matrix), thresholds


def say_out_of_fold(
    scores: FLOATS, targets: NDArray[np.bool_], thresholds: Mapping[str, float], say: Say
) -> None:
    said = scores >= np.array([thresholds[head] for head in GOLD_HEADS])
    size = len(CATEGORIES)
    moods = list(GOLD_HEADS[size : size + 3])
    names = [[moods[at] for at in part[:, size : size + 3].argmax(axis=1)] for part in (targets, scores)]
    say("交叉检验，分类：" + readable(category_measures(targets[:, :size], said[:, :size])))
    say("交叉检验，情感：" + readable(sentiment_measures(*names)))
    say("交叉检验，突发、堵点：" + " ".join(f"{f1(targets[:, at], said[:, at]):.3f}" for at in (-2, -1)))
