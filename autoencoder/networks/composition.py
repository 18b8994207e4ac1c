"""Networks that a learner composes: hidden layers each way, as one short text that is read and written.

    dense-512.256                                   two hidden layers; the decoder mirrors the encoder
    dense-512.256-to-1024                           the decoder has one layer, another one
    conv-32k3s2.64k5s1-gelu-dropout0.2-decay0.0001-norm

A convolution has filters, a kernel (k) and a stride (s). After the layers come, where they are not as at first, the
activation, dropout, weight decay and batch normalization. What a composition may be is said here alone.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, get_args

import numpy as np

from autoencoder.networks.layers import (
    Activate,
    Activation,
    BatchNormalization,
    Convolution,
    Crop,
    Dense,
    Dropout,
    Flatten,
    Layer,
    Reshape,
    Shape,
    TransposedConvolution,
    Weighted,
)

MOST_LAYERS = 5  # hidden ones, each way
MOST_UNITS: Mapping[str, int] = {"dense": 2048, "conv": 256}  # kind → of a hidden layer; of a convolution, filters
LARGEST_KERNEL, LARGEST_STRIDE = 9, 4
HIGHEST_DROPOUT, HIGHEST_DECAY = 0.9, 0.1
MOST_PARAMETERS = 20_000_000  # 80 MB, which a `.keras` file may take to be opened here again
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
LONGEST = 200  # characters
_HIDDEN = re.compile(r"([0-9]{1,5})(?:k([0-9]{1,3}))?(?:s([0-9]{1,3}))?")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,12})?")


class Hidden(NamedTuple):
    """A hidden layer: its units; of a convolution its filters, the side of its kernel, and its stride."""

    units: int
    kernel: int = 0  # of a dense layer 0
    stride: int = 0


@dataclass(frozen=True)
class Composition:
    """A network of a learner's own.

    Raises:
        ValueError: If it is none that may be; the message says what was expected and what came.
    """

    kind: str  # "dense", or "conv" for convolutions
    encoder: tuple[Hidden, ...]  # from the picture to the code
    decoder: tuple[Hidden, ...] | None = None  # from the code to the picture; None where it mirrors the encoder
    activation: Activation = "relu"  # of every hidden layer
    dropout: float = 0.0  # in [0, HIGHEST_DROPOUT], see `Dropout`, after every hidden layer
    decay: float = 0.0  # in [0, HIGHEST_DECAY], see `Decay`, of every layer
    norm: bool = False  # whether every hidden layer has a `BatchNormalization` before its activation

    def __post_init__(self) -> None:
        if self.kind not in MOST_UNITS:
            raise _expected("begin with one of dense, conv", self.kind)
        if self.activation not in ACTIVATIONS:
            raise _expected(f"have one of the activations {', '.join(ACTIVATIONS)}", self.activation)
        for half in (self.encoder, self.up):
            if not 1 <= len(half) <= MOST_LAYERS:
                raise _expected(f"have 1 to {MOST_LAYERS} hidden layers each way", len(half))
            for hidden in half:
                self._check(hidden)
        for name, highest in (("dropout", HIGHEST_DROPOUT), ("decay", HIGHEST_DECAY)):
            if not 0 <= (value := getattr(self, name)) <= highest:
                raise _expected(f"have a {name} from 0 to {highest}", value)
            object.__setattr__(self, name, round(abs(float(value)), 12))
        if self.decoder == self.encoder[::-1]:  # what says the same has one text
            object.__setattr__(self, "decoder", None)

    def _check(self, hidden: Hidden) -> None:
        most, convolves = MOST_UNITS[self.kind], self.kind == "conv"
        if not 1 <= hidden.units <= most:
            raise _expected(f"have 1 to {most} {'filters' if convolves else 'units'} in a layer", hidden.units)
        if not convolves and (hidden.kernel or hidden.stride):
            raise _expected("have kernels and strides in convolutions alone", _written(hidden))
        for name, largest in (("kernel", LARGEST_KERNEL), ("stride", LARGEST_STRIDE)):
            if convolves and not 1 <= (value := getattr(hidden, name)) <= largest:
                raise _expected(f"have a {name} from 1 to {largest}", value)

    @property
    def up(self) -> tuple[Hidden, ...]:
        """Return the decoder's hidden layers, also where they mirror the encoder's."""
        return self.encoder[::-1] if self.decoder is None else self.decoder

    def __str__(self) -> str:
        """Return the text that `parse` reads; equal compositions have the same."""
        parts = [self.kind, ".".join(map(_written, self.encoder))]
        if self.decoder is not None:
            parts += ["to", ".".join(map(_written, self.decoder))]
        numbers = [
            name + np.format_float_positional(value, trim="-")
            for name, value in (("dropout", self.dropout), ("decay", self.decay))
            if value
        ]
        activation = [self.activation] if self.activation != "relu" else []
        return "-".join([*parts, *activation, *numbers, *(["norm"] if self.norm else [])])

    @classmethod
    def parse(cls, text: str) -> "Composition":
        """Return the composition that a text means; a ValueError says what was expected where it means none."""
        if not isinstance(text, str) or len(text) > LONGEST:
            raise _expected(f"be a text of at most {LONGEST} characters", text)
        kind, layers, *rest = [*text.split("-"), ""] if "-" not in text else text.split("-")
        if kind not in MOST_UNITS:
            raise _expected("begin with one of dense, conv", text)
        decoder = None
        if rest[:1] == ["to"]:
            decoder, rest = _read_layers(kind, "".join(rest[1:2])), rest[2:]
        options: dict[str, float | str | bool] = {}
        for name, value in map(_read_option, rest):
            if name in options:
                raise _expected(f"say its {name} once", text)
            options[name] = value
        return cls(kind, _read_layers(kind, layers), decoder, **options)  # type: ignore[arg-type]

    def halves(self, shape: Shape, size: int) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
        """Return the encoder's and the decoder's layers, see `autoencoder.networks.architectures`.

        Raises:
            ValueError: If a kernel or a stride is larger than the small picture that it is to look at.
        """
        code = Dense(size, "linear", decay=self.decay)
        if self.kind == "dense":
            down, up = (self._hidden([Dense(one.units) for one in half]) for half in (self.encoder, self.up))
            whole = Dense(math.prod(shape), "sigmoid", decay=self.decay)
            return (Flatten(), *down, code), (*up, whole, Reshape(shape))
        self._check_sides(shape)
        convolutions = [Convolution(one.units, kernel=one.kernel, stride=one.stride) for one in self.encoder]
        return (*self._hidden(convolutions), Flatten(), code), self._convolutional_decoder(shape)

    def _convolutional_decoder(self, shape: Shape) -> tuple[Layer, ...]:
        """Return its layers: the filters that one of the hidden ones has are what the layer after it is made from.

        So it mirrors an encoder, where the filters are made from those of the layer before.
        """
        small = [math.ceil(side / math.prod(one.stride for one in self.up)) for side in shape[:2]]
        begin = (*small, self.up[0].units)
        made = (*(one.units for one in self.up[1:]), shape[2])
        *up, last = [
            TransposedConvolution(units, kernel=one.kernel, stride=one.stride)
            for one, units in zip(self.up, made, strict=True)
        ]
        end = (replace(last, activation="sigmoid", decay=self.decay), Crop(*shape[:2]))
        return (*self._hidden([Dense(math.prod(begin))]), Reshape(begin), *self._hidden(up), *end)

    def _hidden(self, layers: Sequence[Weighted]) -> tuple[Layer, ...]:
        """Return these layers with what stands around each; batch normalization makes their biases superfluous."""
        found: list[Layer] = []
        for layer in layers:
            activation = "linear" if self.norm else self.activation
            found.append(replace(layer, activation=activation, decay=self.decay, bias=not self.norm))
            if self.norm:
                found += [BatchNormalization(), Activate(self.activation)]
            if self.dropout:
                found.append(Dropout(self.dropout))
        return tuple(found)

    def _check_sides(self, shape: Shape) -> None:
        for half, sides in ((self.encoder, shape[:2]), (self.up[::-1], shape[:2])):
            for hidden in half:  # on the way up, from the picture back
                if max(hidden.kernel, hidden.stride) > min(sides):
                    found = f"{_written(hidden)} on {sides[0]} × {sides[1]} places"
                    raise _expected("have no kernel or stride larger than what it looks at", found)
                sides = tuple(math.ceil(side / hidden.stride) for side in sides)


def _written(hidden: Hidden) -> str:
    return f"{hidden.units}k{hidden.kernel}s{hidden.stride}" if hidden.kernel or hidden.stride else str(hidden.units)


def _read_layers(kind: str, text: str) -> tuple[Hidden, ...]:
    """Return hidden layers; a convolution that does not say it has a kernel of 3 and a stride of 1."""
    found = []
    for part in text.split("."):
        if not (match := _HIDDEN.fullmatch(part)):
            raise _expected(f"have layers such as {'32k3s2.64k3s2' if kind == 'conv' else '512.256'}", text)
        units, kernel, stride = match.groups()
        first = (3, 1) if kind == "conv" else (0, 0)
        found.append(Hidden(int(units), int(kernel or first[0]), int(stride or first[1])))
    return tuple(found)


def _read_option(text: str) -> tuple[str, float | str | bool]:
    """Return an option's name and its value."""
    if text in ACTIVATIONS:
        return "activation", text
    if text == "norm":
        return "norm", True
    for name in ("dropout", "decay"):
        if text.startswith(name) and _NUMBER.fullmatch(number := text.removeprefix(name)):
            return name, float(number)
    known = f"an activation ({', '.join(ACTIVATIONS)}), dropout0.2, decay0.0001 or norm"
    raise _expected(f"have after its layers {known}", text)


def _expected(what: str, received: object) -> ValueError:
    said = repr(received) if len(repr(received)) <= LONGEST else f"{repr(received)[:LONGEST]}…"
    return ValueError(f"Expected `composition` to {what}. Received: {said}.")
