"""The book's widgets for notebooks: each setting is a trait that Python and the picture change in turn.

    from through_time.widgets import GradientExplorer

    explorer = GradientExplorer(w_h=1.5, T=50)
    explorer               # in a cell: draws it
    explorer.T = 100       # moves the slider
    explorer.w_h           # what the slider says now

Link two with `ipywidgets.jslink((explorer, "w_h"), (other, "w_h"))`. Given to `ipywidgets.interact`, a widget
hands all its settings to the function as a dictionary.
"""

from __future__ import annotations

import re
from numbers import Integral
from typing import Any, ClassVar

import anywidget
import ipywidgets  # type: ignore[import-untyped]
import traitlets
from traitlets import Enum, Float, Int

from through_time import _widget_files

__all__ = [
    "Add",
    "BookWidget",
    "Cliff",
    "Deep",
    "DeltaBack",
    "Depth",
    "Echo",
    "ForgetBias",
    "GradientExplorer",
    "GradientMap",
    "Hump",
    "Landscape",
    "LossOfAStep",
    "Nudge",
    "PathTable",
    "SaturatedOutput",
    "Sharpness",
    "ShortAndLong",
    "Start",
    "Triangle",
    "Truncate",
    "TwoClips",
    "TwoPaths",
    "Unrolled",
    "WhoReachesWhom",
    "WordOrder",
]

ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")
INPUTS = ("a wave", "one at t = 1", "none", "always 1")
MAPPINGS = ("SISO", "SIMO", "MIMO", "many-to-one")


class _Count(Int[int, int]):
    """A whole number, NumPy's included."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value as an int of Python, which is what the front end takes."""
        return super().validate(obj, int(value) if isinstance(value, Integral) else value)


def _number(value: float, low: float, high: float) -> Any:
    return Float(value, min=low, max=high).tag(sync=True, setting=True)


def _count(value: int, high: int, low: int = 1) -> Any:
    return _Count(value, min=low, max=high).tag(sync=True, setting=True)


def _choice(options: tuple[str, ...], value: str | None = None) -> Any:
    return Enum(options, value or options[0]).tag(sync=True, setting=True)


class BookWidget(anywidget.AnyWidget, ipywidgets.ValueWidget):  # type: ignore[misc]  # ipywidgets is untyped
    """What all widgets share. With `predict=True` a widget asks for a guess before it shows anything."""

    name: ClassVar[str] = ""
    """The widget's name in the book's pages and links."""

    predict = traitlets.Bool(default_value=False).tag(sync=True)
    value = traitlets.Dict(read_only=True)
    """All settings by name, for `interact` and `observe`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Traitlets makes a class of every instance, too, which inherits what is set here.
        if not cls.name:
            cls.name = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
            adapter = f'export default globalThis.ThroughTime.anywidget("{cls.name}");\n'
            cls._esm = f"{_widget_files.source(cls.name)}\n{adapter}"
            cls._css = _widget_files.style()
        super().__init_subclass__(**kwargs)

    def __init__(self, **settings: Any) -> None:
        unknown = sorted(name for name in settings if not self.has_trait(name))
        if unknown:
            known = ", ".join(self.trait_names(setting=True))
            raise TypeError(f"{type(self).__name__} has no setting {', '.join(unknown)}; it has {known}.")
        super().__init__(**settings)
        self.observe(self._gather, self.trait_names(setting=True))
        self._gather()

    def _gather(self, _change: Any = None) -> None:
        self.set_trait("value", {name: getattr(self, name) for name in self.trait_names(setting=True)})


class WordOrder(BookWidget):
    """W1.1: three words in six orders, and what the last state knows of them."""

    order = _choice(
        ("cat mat rat", "cat rat mat", "mat cat rat", "mat rat cat", "rat cat mat", "rat mat cat")
    )
    w_h = _number(0.5, -2, 2)


class Nudge(BookWidget):
    """W2.1: how far a difference quotient is from the derivative, step by step."""

    log = _number(-2.0, -12, -1)
    formula = _choice(("central", "forward"))


class TwoPaths(BookWidget):
    """W2.2: two ways from one weight to one output, and their sum."""

    w = _number(0.7, -3, 3)


class SaturatedOutput(BookWidget):
    """W3.1: the error at a sigmoid output under two losses."""

    z = _number(4.0, -8, 8)
    tau = _choice(("0", "1"))


class Depth(BookWidget):
    """W3.2: what is left of an error after L sigmoid layers, at best."""

    L = _count(3, 20)
    w = _number(1.0, 0, 6)


class Echo(BookWidget):
    """W4.1: what the state keeps of a single input."""

    w_h = _number(0.5, -2, 2)
    T = _count(20, 60)
    activation = _choice(("tanh", "linear"))


class LossOfAStep(BookWidget):
    """W4.2: softmax and the loss of one step, and what a shift of all logits does to them."""

    o1 = _number(1.0, -6, 6)
    o2 = _number(2.0, -6, 6)
    o3 = _number(3.0, -6, 6)
    o4 = _number(4.0, -6, 6)
    right = _choice(("1", "2", "3", "4"), "4")
    shift = _count(0, 1000, low=0)


class DeltaBack(BookWidget):
    """W5.1: where the error of each step comes from, in four mappings."""

    mapping = _choice(MAPPINGS, "MIMO")
    w_h = _number(1.0, -2, 2)
    T = _count(8, 60)


class Unrolled(BookWidget):
    """The unrolled network, step by step: T steps forward, then T back."""

    mapping = _choice(MAPPINGS, "MIMO")
    w_h = _number(0.9, -2, 2)
    T = _count(4, 8)
    step = _count(6, 16, low=0)


class PathTable(BookWidget):
    """W6.1: one term for each path from the loss to u."""

    w_h = _number(0.9, -2, 2)
    T = _count(3, 20)
    target = _choice(("last step E_T", "all steps E"))


class Triangle(BookWidget):
    """W6.2: the part of each step's loss that reaches u through each step."""

    w_h = _number(0.9, -2, 2)
    T = _count(6, 12)


class WhoReachesWhom(BookWidget):
    """W7.1: which inputs an output depends on, and how strongly, in four graphs."""

    graph = _choice(("plain", "stacked", "bidirectional", "time skip"))
    T = _count(6, 12, low=2)
    t = _count(3, 12)
    s = _count(3, 4, low=2)
    w_h = _number(0.9, -2, 2)


class GradientExplorer(BookWidget):
    """The gradient explorer, W8.1 in it: how much of ∂h_T/∂h_k is left over T − k steps."""

    w_h = _number(0.9, -5, 5)
    T = _count(20, 100)
    activation = _choice(ACTIVATIONS)
    h0 = _number(0.2, -1, 1)
    inputs = _choice(INPUTS)


class GradientMap(BookWidget):
    """The map of w_h and T: which of them lose the gradient, which blow it up."""

    w_h = _number(0.9, -2.5, 2.5)
    T = _count(20, 100)
    activation = _choice(ACTIVATIONS)
    kind = _choice(("this network", "best case"))


class Hump(BookWidget):
    """W8.2: a matrix whose spectral radius is below 1, and whose powers grow before they shrink."""

    rho = _number(0.9, 0, 1.2)
    g = _number(5.0, 0, 10)
    steps = _count(50, 100)


class ShortAndLong(BookWidget):
    """W8.3: how large the terms of near and far inputs are in one gradient."""

    w_h = _number(0.9, -2, 2)
    T = _count(10, 60, low=2)


class TwoClips(BookWidget):
    """W9.1: one gradient clipped by its norm and by its entries."""

    g1 = _number(8.0, -30, 30)
    g2 = _number(0.6, -30, 30)
    limit = _number(1.0, low=0.1, high=50)


class Truncate(BookWidget):
    """W9.2: the gradient when each error goes back k steps only, beside the full one."""

    w_h = _number(1.0, -2, 2)
    k = _count(5, 40)


class Cliff(BookWidget):
    """W9.3: a loss over one weight that is flat, then a wall; and one step of descent at it."""

    w = _number(1.6, 1, 4)
    T = _count(20, 50)
    eta = _number(0.01, 0.001, 0.1)
    clip = _choice(("off", "on"))


class Start(BookWidget):
    """W9.4: how long a vector is after many products with one start matrix."""

    kind = _choice(("identity", "orthogonal", "Gaussian"), "Gaussian")
    gain = _number(1.0, 0.5, 1.5)
    T = _count(50, 100)
    seed = _count(1, 20)


class ForgetBias(BookWidget):
    """W10.1: what a forget gate of constant bias keeps, beside a plain recurrent weight."""

    b_f = _number(1.0, -3, 6)
    T = _count(50, 200)
    w_h = _number(0.9, 0, 1.5)


class Sharpness(BookWidget):
    """W11.1: attention with one matching key, and how much of a gradient its softmax lets through."""

    S = _count(10, 50, low=2)
    beta = _number(2.0, 0, 10)


class Add(BookWidget):
    """W12.1: two small networks that have learnt to add bits, on numbers longer than any that they saw."""

    N = _count(8, 64)
    cell = _choice(("carry as the state", "free state"))
    seed = _count(0, 7, low=0)
    numbers = _count(0, 99, low=0)


class Deep(BookWidget):
    """W12.2: the word "deep" learnt letter by letter, with and without a memory."""

    steps = _count(0, 500, low=0)
    W = _choice(("on", "off"))
    d = _count(2, 4)


class Landscape(BookWidget):
    """W12.3: three sentences, one loss, and where in w_h it is low."""

    w_h = _number(0.5, -2, 2)
    w_o = _number(2.0, -4, 4)
