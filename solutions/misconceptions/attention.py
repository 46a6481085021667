"""What goes wrong in chapter 11: scaled dot attention for one query and its backward pass, with a twist or two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np

from solutions.misconceptions.catalogue import table
from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, Step, Twist, after, clash
from solutions.model import Array, Function

ENTRIES = (
    *table(
        "11.4",
        scale_by_count="Your divisor grows with the number of keys. How many products are added up in a single score?",
        not_normalised="Add your weights up. What should come out?",
        hard_maximum="Move the query a little: your weights stay as they are. "
        "What would a gradient be able to learn from that?",
        cosine_for_dot="Make the query twice as long: your weights stay as they are. Should they?",
        averaged_twice="The weights add to 1 already, so the sum is a mean. What else do you divide by?",
    ),
    *table(
        "11.5",
        softmax_mean_missing="Add one number to all scores: the weights stay. "
        "So the derivatives by the scores add to zero. Do yours?",
        factor_of_itself="A score is a product of key and query. Which of the two remains when you derive by the key?",
    ),
    *table(
        "11.6",
        steps_of_encoder_only="You have counted the encoder's steps. The decoder has made some, too, before it speaks.",
        length_for_steps="A row of S states has fewer arrows than states. "
        "Draw a short one, and count what lies between.",
        attention_counted_as_step="There is an arrow on that road. Does it pass a recurrent weight?",
        detour_by_the_start="The decoder's state asks by itself. Does the road have to go back to its start first?",
    ),
)

_FORWARD: Mapping[str, Step] = {
    "d": lambda r: len(r.q),
    "divisor": lambda r: np.sqrt(r.d),
    "e": lambda r: r.K @ r.q / r.divisor,
    "highest": lambda r: r.e.max(),
    "w": lambda r: np.exp(r.e - r.highest),
    "a": lambda r: r.w / r.w.sum(),
    "out": lambda r: r.Vv.T @ r.a,
    "g": lambda r: {"a": r.a, "out": r.out},
}


def _lengths(r: Run) -> Array:
    return np.asarray(np.linalg.norm(r.K, axis=1) * np.linalg.norm(r.q))


_DIVISORS: Mapping[str, Twist] = {
    "scale-missing": {"divisor": lambda _: 1.0},
    "scale-missing:multiplied": {"divisor": lambda r: 1 / np.sqrt(r.d)},
    "scale-by-d": {"divisor": lambda r: r.d},
    "scale-by-count": {"divisor": lambda r: np.sqrt(len(r.K))},
    "scale-by-count:not-the-root": {"divisor": lambda r: len(r.K)},
}
_OVERFLOW: Mapping[str, Twist] = {"softmax-overflow": {"highest": lambda _: 0.0}}

ATTEND = Family(
    _FORWARD,
    lambda q, K, Vv: {"q": q, "K": K, "Vv": Vv},
    {
        **_DIVISORS,
        **_OVERFLOW,
        # Scores as a column (S, 1), normalised along the axis that has one entry.
        "wrong-axis": {"a": lambda r: np.ones_like(r.e)},
        "not-normalised": {"a": lambda r: np.exp(r.e)},
        "not-normalised:after-the-shift": {"a": lambda r: r.w},
        "hard-maximum": {"a": lambda r: np.eye(len(r.e))[r.e.argmax()]},
        "cosine-for-dot": {"divisor": _lengths},
        "averaged-twice": {"out": after(lambda r, out: out / len(r.K))},
    },
)
"""attend(q, K, Vv), answers a, out."""

_BACKWARD: Mapping[str, Step] = {
    **_FORWARD,
    "dVv": lambda r: np.outer(r.a, r.dout),
    "da": lambda r: r.Vv @ r.dout,
    "de": lambda r: r.a * (r.da - r.a @ r.da),
    "back": lambda r: r.de / r.divisor,
    "dq": lambda r: r.K.T @ r.back,
    "dK": lambda r: np.outer(r.back, r.q),
    "g": lambda r: {"dVv": r.dVv, "dq": r.dq, "dK": r.dK},
}


def _transposed(_r: Run, array: Array) -> Array:
    return array.T


_BACK: Mapping[str, Twist] = {
    "softmax-jacobian-diagonal": {"de": lambda r: r.da * r.a * (1 - r.a)},
    "softmax-jacobian-forgotten": {"de": lambda r: r.da},
    "softmax-mean-missing": {"de": lambda r: r.a * r.da},
    "scale-missing-in-gradient": {"back": lambda r: r.de},
    "scale-missing-in-gradient:by-d": {"back": lambda r: r.de / r.d},
    "outer-swapped": {"dK": after(_transposed), "dVv": after(_transposed)},
    "outer-swapped:keys": {"dK": after(_transposed)},
    "outer-swapped:values": {"dVv": after(_transposed)},
    "keys-path-missing": {"dK": lambda r: np.zeros_like(r.K)},
    "keys-path-missing:query-too": {"dK": lambda r: np.zeros_like(r.K), "dq": lambda r: np.zeros_like(r.q)},
    "factor-of-itself": {"dK": lambda r: r.back[:, None] * r.K, "dq": lambda r: r.back.sum() * r.q},
    "factor-of-itself:keys": {"dK": lambda r: r.back[:, None] * r.K},
    "sign-flipped": {
        "dVv": after(lambda _, g: -g),
        "dq": after(lambda _, g: -g),
        "dK": after(lambda _, g: -g),
    },
}

ATTEND_BACKWARD = Family(
    _BACKWARD,
    lambda q, K, Vv, dout: {"q": q, "K": K, "Vv": Vv, "dout": dout},
    {**_DIVISORS, **_OVERFLOW, **_BACK},
)
"""attend_backward(q, K, Vv, dout), answers dVv, dq, dK."""

_PAIRED: Mapping[str, tuple[str, ...]] = {
    "forward": ("scale-missing", "scale-by-d", "averaged-twice", "not-normalised"),
    "backward": (
        *("scale-missing", "softmax-jacobian-diagonal", "softmax-jacobian-forgotten", "softmax-mean-missing"),
        *("scale-missing-in-gradient", "keys-path-missing", "factor-of-itself:keys", "sign-flipped"),
    ),
}


def _pairs(
    family: Family, keys: tuple[str, ...], same: Callable[[set[str]], bool]
) -> Mapping[tuple[str, str], Function]:
    return {
        (one, other): family.twisted(one, other)
        for one, other in combinations(keys, 2)
        if not same({one, other}) and not clash(family.twists[one], family.twists[other])
    }


def attend_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once."""
    return _pairs(ATTEND, _PAIRED["forward"], lambda _: False)


def attend_backward_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once, and show."""
    # A derivative by the scores that is not divided, of scores that are not: no forgotten scale is left.
    whole = {"scale-missing", "scale-missing-in-gradient"}
    return _pairs(ATTEND_BACKWARD, _PAIRED["backward"], lambda both: both == whole)
