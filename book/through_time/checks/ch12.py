"""Checks of chapter 12: the capstones. Of a training it is looked at what the trained weights do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from through_time import capstones, losses
from through_time._findings import at
from through_time._forms import number, one_of, truth_and_count
from through_time.problems import Array, Parameters, parameters, weights
from through_time.tasks import AnswerTask, Arguments, GradientTask, Inside, Law, Task, Trial, ValueTask

NEAR = 1e-9
LETTERS = ("A", "B", "C", "D", "E")
SYMBOLS = ("d", "e", "p", "<stop>")
WORDS = ("cat", "mat", "rat")
Parts = Mapping[str, Array]


def _rng(*numbers: int) -> np.random.Generator:
    return np.random.default_rng([12, *numbers])


# 12.1


def _all_cases(_arguments: Arguments, parts: Parts) -> str:
    rows = {tuple(row) for row in parts["X"].tolist()}
    wanted = {tuple(row) for row in capstones.ROWS.tolist()}
    return "" if rows == wanted else "The rows of X are not all 8 cases of three bits, each once."


def _counted(_arguments: Arguments, parts: Parts) -> str:
    X, Y = parts["X"], parts["Y"]
    off = np.abs(X.sum(axis=1) - (Y[:, 0] + 2 * Y[:, 1])) > NEAR
    if not off.any():
        return ""
    row = int(np.argmax(off))
    return f"Row {row}: {X[row].sum():g} ones come in, and the sum bit and twice the carry make {Y[row] @ (1, 2):g}."


ROWS = ValueTask(
    name="adder_rows",
    arguments=(),
    shapes=lambda: {"X": (8, 3), "Y": (8, 2)},
    laws=(Law(("X",), _all_cases), Law(("Y",), _counted, uses=("X",))),
    trials=lambda: (Trial("all cases", {}, ()),),
    returns="tuple",
)


def _learnt(name: str, E: float, limit: float) -> str:
    if limit > E:
        return ""
    return (
        f"With your weights the loss of {name} is {E:.3g}; it has to get below {limit:g}. One start in a few may "
        "get stuck: try another seed, too."
    )


def _rows_learnt(_arguments: Arguments, parts: Parts) -> str:
    return _learnt("the 8 cases", capstones.rows_loss(parts), 0.1)


TRAIN_ADDER = ValueTask(
    name="train_adder",
    arguments=("seed",),
    shapes=lambda _seed: {"U": (4, 3), "b": (4,), "V": (2, 4), "c": (2,)},
    laws=(Law(("U", "b", "V", "c"), _rows_learnt),),
    trials=lambda: (Trial("seed = 1", {}, (1,)),),
)


def _cell(rng: np.random.Generator, d: int) -> Parameters:
    return {"U": weights(rng, d, 3), "b": weights(rng, d), "V": weights(rng, 2, d), "c": weights(rng, 2)}


def _bits(rng: np.random.Generator, size: int) -> Array:
    return rng.integers(2, size=size).astype(np.float64)


def _numbers(N: int) -> Trial:
    rng, sizes = _rng(1, N), {"n": 3, "d": 5, "k": 2, "T": N + 1}
    return Trial(f"N = {N}", sizes, (_cell(rng, 5), _bits(rng, N), _bits(rng, N), _bits(rng, N + 1)))


def _run(N: int) -> Trial:
    rng = _rng(2, N)
    params, a, b = _cell(rng, 5), _bits(rng, N), _bits(rng, N)
    params["U"][:, 2] *= 3.0
    # As many ones as zeros come out, and a one at the end: a cell that gives one bit only would accept any order.
    logits = capstones.sum_logits(params, a, b)
    if logits[-1] < np.median(logits):
        params["V"][0] *= -1.0
        params["c"][0] *= -1.0
        logits = -logits
    params["c"][0] -= float(np.median(logits)) + 1e-3
    return Trial(f"N = {N}", {"N": N}, (params, a, b))


def _bits_of_the_cell(arguments: Arguments, parts: Parts) -> str:
    logits, bits = capstones.sum_logits(*arguments), parts["bits"]
    off = bits != (logits > 0)
    if not off.any():
        return ""
    step = int(np.argmax(off))
    return (
        f"bits{at(step)} is {bits[step]:g}: feed the carry on as it comes, from the lowest bit up, and the "
        f"probability of a 1 at this step is {1 / (1 + np.exp(-logits[step])):.3f}."
    )


def _as_floats(value: object, _arguments: Arguments) -> Mapping[str, object] | None:
    """Whole numbers, in an array or a list, are as good as floats."""
    try:
        return {"bits": np.asarray(value, dtype=np.float64)} if isinstance(value, np.ndarray | list) else None
    except (ValueError, TypeError):
        return None


RUN_ADDER = ValueTask(
    name="run_adder",
    arguments=("params", "a", "b"),
    shapes=lambda _params, a, _b: {"bits": (len(a) + 1,)},
    laws=(Law(("bits",), _bits_of_the_cell),),
    trials=lambda: tuple(map(_run, (5, 1, 40))),
    returns=Inside("an array of N + 1 bits", _as_floats),
)

ADDER_BPTT = GradientTask(
    "adder_bptt",
    ("params", "a", "b", "target"),
    capstones.adder,
    lambda: (_numbers(3), _numbers(1), _numbers(8)),
)

# 12.2


def _reads(arguments: Arguments, parts: Parts) -> str:
    (word,) = arguments
    for t, letter in enumerate(word):
        if parts["X"][t].tolist() != [float(letter == symbol) for symbol in SYMBOLS]:
            return f"X{at(t)} is not the unit vector of {letter!r} in the order d, e, p, stop."
    return ""


def _foretells(_arguments: Arguments, parts: Parts) -> str:
    X, Tau = parts["X"], parts["Tau"]
    if np.abs(Tau[:-1] - X[1:]).any():
        return "The target of a step is the letter that comes next: row t of Tau belongs to row t + 1 of X."
    return "" if Tau[-1].tolist() == [0, 0, 0, 1] else "After the last letter comes the stop symbol."


ENCODE_WORD = ValueTask(
    name="encode_word",
    arguments=("word",),
    shapes=lambda word: {"X": (len(word), 4), "Tau": (len(word), 4)},
    laws=(Law(("X",), _reads), Law(("Tau",), _foretells, uses=("X",))),
    trials=lambda: tuple(Trial(f"word = {word!r}", {}, (word,)) for word in ("pedep", "e", "deep")),
    returns="tuple",
)


def _rows_of(word: str) -> tuple[Array, Array]:
    places = [SYMBOLS.index(letter) for letter in word] + [3]
    return np.eye(4)[places[:-1]], np.eye(4)[places[1:]]


def _word_loss(p: Parameters, word: str) -> float:
    return losses.mimo(p, *_rows_of(word))


def _word_trial(word: str) -> Trial:
    sizes = {"n": 4, "d": 3, "k": 4, "T": len(word)}
    return Trial(f"T = {len(word)}", sizes, (parameters(_rng(3, len(word)), 4, 3, 4), word))


WORD_BPTT = GradientTask(
    "word_bptt", ("p", "word"), _word_loss, lambda: tuple(map(_word_trial, ("pedep", "e", "edp")))
)


def _network(k: int, n: int) -> Callable[..., dict[str, tuple[int, ...]]]:
    """The shapes of a network with two units."""
    return lambda *_arguments: {"U": (2, n), "W": (2, 2), "V": (k, 2), "b": (2,), "c": (k,), "h0": (2,)}


def _network_and_losses(value: object, _arguments: Arguments) -> Mapping[str, object] | None:
    if not isinstance(value, tuple) or len(value) != 2 or not isinstance(value[0], dict):
        return None
    if not isinstance(value[1], list) or not value[1]:
        return None
    return {**value[0], "losses[-1]": value[1][-1]}


def _fell(_arguments: Arguments, parts: Parts) -> str:
    return (
        ""
        if parts["losses[-1]"] < 2
        else f"losses[-1] is {float(parts['losses[-1]']):.3g}: it has hardly fallen."
    )


def _deep_learnt(arguments: Arguments, parts: Parts) -> str:
    p = {name: array for name, array in parts.items() if name != "losses[-1]"}
    if arguments[1]:
        return _learnt("'deep'", _word_loss(p, "deep"), 0.05)
    if p["W"].any():
        return "With use_W=False, W has to be zero, and to stay zero."
    return _learnt("'deep' without W", _word_loss(p, "deep"), 1.45)


TRAIN_DEEP = ValueTask(
    name="train_deep",
    arguments=("seed", "use_W"),
    shapes=lambda *arguments: {**_network(4, 4)(*arguments), "losses[-1]": ()},
    laws=(Law(("U", "W", "V", "b", "c", "h0"), _deep_learnt), Law(("losses[-1]",), _fell)),
    trials=lambda: (
        Trial("seed = 1, use_W = True", {}, (1, True)),
        Trial("seed = 1, use_W = False", {}, (1, False)),
    ),
    returns=Inside("a tuple (p, losses) of a dict and a list", _network_and_losses),
)


def _codes(value: object, arguments: Arguments) -> Mapping[str, object] | None:
    """The letters' places, -1 where the word is over, and one place more than may be used."""
    if not isinstance(value, str) or not set(value) <= set("dep"):
        return None
    length = arguments[2] + 1
    return {"word": np.array([*(float("dep".index(letter)) for letter in value), *[-1.0] * length])[:length]}


def _grows(arguments: Arguments, parts: Parts) -> str:
    p, first, max_len = arguments
    word = "".join("dep"[int(place)] for place in parts["word"] if place >= 0)
    if not word.startswith(first) or len(word) > max_len:
        return f"The word has to begin with {first!r}, and to have {max_len} letters at most; it is {word!r}."
    for length in range(len(first), len(word) + 1):
        likeliest = SYMBOLS[int(capstones.last_logits(p, _rows_of(word[:length])[0]).argmax())]
        if length == max_len:
            return ""
        given = word[length] if length < len(word) else "<stop>"
        if given != likeliest:
            return f"After {word[:length]!r} the likeliest symbol is {likeliest!r}; your word goes on with {given!r}."
    return ""


def _complete_trial(number: int, first: str, max_len: int) -> Trial:
    p = {name: 2 * array for name, array in parameters(_rng(4, number), 4, 3, 4).items()}
    return Trial(f"network {number}, max_len = {max_len}", {"d": 3}, (p, first, max_len))


COMPLETE = ValueTask(
    name="complete",
    arguments=("p", "first", "max_len"),
    shapes=lambda _p, _first, max_len: {"word": (max_len + 1,)},
    laws=(Law(("word",), _grows),),
    trials=lambda: (*(_complete_trial(i, "pe", 8) for i in range(1, 6)), _complete_trial(6, "d", 1)),
    returns=Inside("a text over the letters d, e and p, without the stop symbol", _codes),
)

# 12.3


def _one_hot_words(arguments: Arguments, parts: Parts) -> str:
    for t, word in enumerate(arguments[0]):
        if parts["X"][t].tolist() != [float(word == each) for each in WORDS]:
            return f"X{at(t)} is not the unit vector of {word!r} in the order cat, mat, rat."
    return ""


ENCODE_SENTENCE = ValueTask(
    name="encode_sentence",
    arguments=("words",),
    shapes=lambda words: {"X": (len(words), 3)},
    laws=(Law(("X",), _one_hot_words),),
    trials=lambda: tuple(
        Trial(f"T = {len(text.split())}", {"T": len(text.split())}, (text.split(),))
        for text in ("rat mat cat cat", "mat", "rat cat mat")
    ),
    returns="value",
)


def _sentence_loss(p: Parameters, X: Array, label: int) -> float:
    return losses.many_to_one(p, X, np.array([float(label)]))


def _sentence_trial(T: int, label: int) -> Trial:
    rng, sizes = _rng(5, T), {"n": 3, "d": 4, "k": 1, "T": T}
    return Trial(f"T = {T}", sizes, (parameters(rng, 3, 4, 1), np.eye(3)[rng.integers(3, size=T)], label))


SENTENCE_BPTT = GradientTask(
    "sentence_bptt",
    ("p", "X", "label"),
    _sentence_loss,
    lambda: (_sentence_trial(5, 1), _sentence_trial(1, 0), _sentence_trial(7, 0)),
)

THREE = ((("cat", "mat", "rat"), 1), (("rat", "rat", "mat"), 1), (("mat", "mat", "cat"), 0))


def _three_learnt(arguments: Arguments, parts: Parts) -> str:
    if not arguments[3] and parts["W"].any():
        return "With use_W=False, W has to be zero, and to stay zero."
    encoded = ((np.eye(3)[[WORDS.index(word) for word in words]], label) for words, label in THREE)
    E = float(sum(_sentence_loss(dict(parts), X, label) for X, label in encoded))
    return _learnt("the three sentences", E, 0.05)


def _training(use_W: bool) -> Trial:  # noqa: FBT001
    data = [([*words], label) for words, label in THREE]
    return Trial(f"three sentences, use_W = {use_W}", {"d": 2}, (data, 2, 1, use_W))


TRAIN_SENTIMENT = ValueTask(
    name="train_sentiment",
    arguments=("data", "d", "seed", "use_W"),
    shapes=_network(1, 3),
    laws=(Law(("U", "W", "V", "b", "c", "h0"), _three_learnt),),
    trials=lambda: tuple(map(_training, (True, False))),
)


def _probability(arguments: Arguments, parts: Parts) -> str:
    chance, found = 0.5 + 0.5 * np.tanh(0.5 * capstones.last_logits(*arguments)[0]), float(parts["y"])
    if not 0 <= found <= 1:
        return f"y is {found:.4g}, and a probability lies between 0 and 1."
    return "" if abs(found - chance) < NEAR else "y is not the output of the network after the last word."


PREDICT = ValueTask(
    name="predict",
    arguments=("p", "X"),
    shapes=lambda _p, _X: {"y": ()},
    laws=(Law(("y",), _probability),),
    trials=lambda: tuple(
        Trial(f"T = {T}", {"d": 4, "T": T}, _sentence_trial(T, 0).arguments[:2]) for T in (5, 1, 7)
    ),
    returns="value",
)

# 12.4


def _gap_trial(T: int, gap: int) -> Trial:
    rng, sizes = _rng(6, T), {"n": 2, "d": 4, "k": 5, "T": T}
    p, against = parameters(rng, 2, 4, 5), parameters(rng, 2, 3, 5)
    p |= {f"{name}b": against[name] for name in ("U", "W", "b", "V")} | {"hb0": against["h0"]}
    X = weights(rng, T, 2)
    X[gap] = 0.0
    return Trial(f"T = {T}, gap = {gap}", sizes, (p, X, np.eye(5)[2], gap))


GAP_BPTT = GradientTask(
    "gap_bptt",
    ("p", "X", "tau", "gap"),
    capstones.gap,
    lambda: (_gap_trial(6, 2), _gap_trial(1, 0), _gap_trial(7, 6)),
)


def _shares(arguments: Arguments, parts: Parts) -> str:
    p, X, gap = arguments
    y = parts["y"]
    if (y < 0).any() or abs(y.sum() - 1) > NEAR:
        return "y has to hold shares: none negative, and all adding to 1."
    wanted = np.exp([-capstones.gap(p, X, tau, gap) for tau in np.eye(len(y))])
    return "" if np.abs(y - wanted).max() < NEAR else "y is not what the two chains say at the gap."


FILL_GAP = ValueTask(
    name="fill_gap",
    arguments=("p", "X", "gap"),
    shapes=lambda p, _X, _gap: {"y": p["c"].shape},
    laws=(Law(("y",), _shares),),
    trials=lambda: tuple(
        Trial(trial.name, trial.sizes, (*trial.arguments[:2], trial.arguments[3]))
        for trial in (_gap_trial(6, 2), _gap_trial(1, 0), _gap_trial(7, 6))
    ),
    returns="value",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "12.1": (
        ROWS,
        TRAIN_ADDER,
        RUN_ADDER,
        ADDER_BPTT,
        AnswerTask("ans_12_1", 'one of the letters "A" to "E"', one_of(LETTERS)),
    ),
    "12.2": (ENCODE_WORD, WORD_BPTT, TRAIN_DEEP, COMPLETE, AnswerTask("ans_12_2", "a number", number())),
    "12.3": (
        ENCODE_SENTENCE,
        SENTENCE_BPTT,
        TRAIN_SENTIMENT,
        PREDICT,
        AnswerTask("ans_12_3", "a tuple of True or False and a whole number", truth_and_count()),
    ),
    "12.4": (GAP_BPTT, FILL_GAP),
}
