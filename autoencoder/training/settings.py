"""One frozen value that describes a training run; keys, links and scripts derive from it."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from autoencoder.data.augmentation import AUGMENTATIONS, NO_AUGMENTATION
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.noise import NOISES
from autoencoder.data.own import token_of
from autoencoder.data.sources import get_source
from autoencoder.files import parse_json
from autoencoder.networks.architectures import FIRST_COMPOSITION, OWN
from autoencoder.networks.composition import Composition
from autoencoder.networks.layers import Shape
from autoencoder.networks.plan import NETWORKS, Code, Plan, make_plan

FORMAT = 2  # raise it when the same settings come to mean another training, so that old runs are not taken for new

BOTTLENECKS: Mapping[str, str] = {
    "ordered": "Every size from 1 to the largest, in one training",
    "exact": "Exactly this many numbers",
    "open": "None: the code is as large as the network makes it",
}
SCHEDULES: Mapping[str, str] = {
    "one_cycle": "One cycle: it climbs, and falls to nothing",
    "constant": "Constant, with Adam as Keras has it",
}
OPTIMIZERS: Mapping[str, str] = {
    "adam": "Adam: each weight by itself",
    "muon": "Muon: the weights of a layer as a matrix",
}
NO_NOISE = "none"
LOSSES: Mapping[str, str] = {
    "mean_squared_error": "Mean squared error",
    "mean_absolute_error": "Mean absolute error",
    "binary_crossentropy": "Binary cross-entropy",
}
NO_PENALTY = "none"
PENALTIES: Mapping[str, Code] = {  # what is made small beside the error → what codes it is of
    "sparse": "rectified",
    "contractive": "plain",
    "variational": "gaussian",
}

FIRST_SETTINGS = set(  # that every version had
    ["source", "network", "bottleneck", "bottleneck_size", "epochs", "batch_size", "learning_rate", "loss", "seed"]
)
LATER_SETTINGS = {  # not written where they are so: old keys stay valid
    "optimizer": "adam",
    "penalty": NO_PENALTY,
    "penalty_weight": 0.0,
    "augmentation": NO_AUGMENTATION,
    "whole_share": 0.0,
    "composition": "",
}
KEY_DIGITS = 24
LARGEST_CODE, MOST_EPOCHS, LARGEST_BATCH = 64, 100, 1024
LARGEST_RATE, LARGEST_PENALTY_WEIGHT = 1.0, 100.0
CHOICES: Mapping[str, Collection[str]] = {
    "network": NETWORKS,
    "bottleneck": BOTTLENECKS,
    "loss": LOSSES,
    "schedule": SCHEDULES,
    "noise": (NO_NOISE, *NOISES),
    "penalty": (NO_PENALTY, *PENALTIES),
    "optimizer": OPTIMIZERS,
    "augmentation": (NO_AUGMENTATION, *AUGMENTATIONS),
}
WHOLE_NUMBERS = {
    "bottleneck_size": (1, LARGEST_CODE),
    "epochs": (1, MOST_EPOCHS),
    "batch_size": (1, LARGEST_BATCH),
    "seed": (0, 2**32 - 1),
}


class UnknownSettings(ValueError):
    """Settings that another version of the app wrote, as it seems: they have what every version writes, and more."""


@dataclass(frozen=True)
class TrainingSettings:
    """All that decides what a training learns. Equal settings give equal networks on the same machine.

    What is made small is the mean over the pictures of the loss, which is a mean over a picture's values, plus
    `penalty_weight` times the penalty; for "variational" the penalty is divided by the number of a picture's values, as
    the loss is. A penalty needs an exact bottleneck. Noise that is drawn once for all needs pictures that stay where
    they are: no augmentation.

    Raises:
        ValueError: If a setting is not what is said here; the message says what was expected and what came.
    """

    source: str = "mnist_sample"  # a key of `autoencoder.data.sources.SOURCES`, or a session's own
    network: str = "dense"  # a key of `NETWORKS`
    bottleneck: str = "ordered"  # a key of `BOTTLENECKS`; "open" for a network whose code is no vector, and only for it
    bottleneck_size: int = 64  # how many numbers the code has, 1 to 64; where it is open 64, whatever is given
    epochs: int = 10  # how often every training picture is seen, 1 to 100
    batch_size: int = 128  # how many pictures are seen between two steps of learning, 1 to 1024
    learning_rate: float = 0.003  # the highest step size of the optimizer, above 0, at most 1
    loss: str = "mean_squared_error"  # a key of `LOSSES`
    seed: int = 0  # decides all that is random: first weights, the pictures' order, the noise; 0 to 2³² − 1
    schedule: str = "one_cycle"  # a key of `SCHEDULES`: how the learning rate changes
    noise: str = NO_NOISE  # or a key of `autoencoder.data.noise.NOISES`, with which the network's inputs are corrupted
    noise_low: float = 0.0  # in [0, 1]; each picture's level is drawn evenly from this to the highest
    noise_high: float = 0.0  # `noise_low` to 1; both are 0 where there is no noise, whatever is given
    fresh_noise: bool = True  # draw the noise anew for every batch; or once for all, as many published examples do
    normal_classes: tuple[int, ...] = ()  # the labels to learn from, in rising order; () for all pictures
    penalty: str = NO_PENALTY  # or a key of `PENALTIES`: what is made small beside the loss
    penalty_weight: float = 0.0  # λ, or for "variational" β: above 0, at most 100; 0 where there is no penalty
    optimizer: str = "adam"  # a key of `OPTIMIZERS`; see `autoencoder.training.muon`
    augmentation: str = NO_AUGMENTATION  # or a key of `AUGMENTATIONS`: how the pictures are moved, anew in every epoch
    whole_share: float = 0.0  # in [0, 1], of the pictures that keep the whole code whatever is drawn; 0 unless ordered
    composition: str = ""  # of the network "own", see `autoencoder.networks.composition`; "" for every other

    def __post_init__(self) -> None:
        last = len(get_source(self.source).class_names) - 1
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            self._expect(name, isinstance(value, str) and value in choices, f"one of {', '.join(choices)}")
        for name, (lowest, highest) in WHOLE_NUMBERS.items():
            fits = type(getattr(self, name)) is int and lowest <= getattr(self, name) <= highest
            self._expect(name, fits, f"a whole number from {lowest} to {highest}")
        self._expect("fresh_noise", isinstance(self.fresh_noise, bool), "True or False")
        self._expect_number("learning_rate", LARGEST_RATE)
        levels = (self.noise_low, self.noise_high)
        if not (all(map(_is_number, levels)) and 0 <= self.noise_low <= self.noise_high <= 1):
            raise ValueError(f"Expected 0 ≤ `noise_low` ≤ `noise_high` ≤ 1. Received: {levels!r}.")
        self._expect("whole_share", _is_number(self.whole_share) and 0 <= self.whole_share <= 1, "a number from 0 to 1")
        labels = self.normal_classes
        fits = not isinstance(labels, str) and all(type(label) is int and 0 <= label <= last for label in labels)
        self._expect("normal_classes", fits, f"labels from 0 to {last}")
        self._expect("composition", isinstance(self.composition, str), "a text")
        self._check_combinations()
        self._make_one_of_equals()
        if self.composition:
            self.plan  # noqa: B018 - raises where it is too large, or does not fit the pictures

    def _check_combinations(self) -> None:
        network = NETWORKS[self.network]
        moves = self.augmented and self.noisy and not self.fresh_noise
        self._expect("augmentation", not moves, "none where `fresh_noise` is False")
        wanted = f"{'open' if network.open else 'ordered or exact'} for the network {self.network}"
        self._expect("bottleneck", (self.bottleneck == "open") == network.open, wanted)
        if self.penalty != NO_PENALTY:
            self._expect("bottleneck", self.bottleneck == "exact", f"exact for the penalty {self.penalty}")
            self._expect_number("penalty_weight", LARGEST_PENALTY_WEIGHT)
        if not network.bounded:
            wanted = f"mean_squared_error or mean_absolute_error for the network {self.network}, whose pictures are not"
            self._expect("loss", self.loss != "binary_crossentropy", f"{wanted} kept within [0, 1]")

    def _expect(self, name: str, fits: bool, expected: str) -> None:
        if not fits:
            raise ValueError(f"Expected `{name}` to be {expected}. Received: {getattr(self, name)!r}.")

    def _expect_number(self, name: str, highest: float) -> None:
        value = getattr(self, name)
        self._expect(name, _is_number(value) and 0 < value <= highest, f"a number above 0 and at most {highest:g}")

    def _make_one_of_equals(self) -> None:
        """Give settings that say the same the same values, and so one key."""
        values: dict[str, Any] = {
            "learning_rate": float(self.learning_rate),
            "normal_classes": tuple(sorted(set(self.normal_classes))),
            "penalty_weight": 0.0 if self.penalty == NO_PENALTY else float(self.penalty_weight),
            "noise_low": abs(float(self.noise_low)) if self.noisy else 0.0,  # −0 is 0
            "noise_high": abs(float(self.noise_high)) if self.noisy else 0.0,
            "fresh_noise": self.fresh_noise or not self.noisy,
            "whole_share": abs(float(self.whole_share)) if self.ordered else 0.0,
            "bottleneck_size": LARGEST_CODE if self.bottleneck == "open" else self.bottleneck_size,
            "composition": str(Composition.parse(self.composition or FIRST_COMPOSITION)) if self.composed else "",
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def ordered(self) -> bool:
        """Return whether one network answers for every bottleneck size."""
        return self.bottleneck == "ordered"

    @property
    def composed(self) -> bool:
        """Return whether the network is a learner's own."""
        return self.network == OWN

    @property
    def noisy(self) -> bool:
        """Return whether the network learns to remove noise."""
        return self.noise != NO_NOISE

    @property
    def augmented(self) -> bool:
        """Return whether the training pictures are moved a little in every epoch."""
        return self.augmentation != NO_AUGMENTATION

    @property
    def few_pictures(self) -> bool:
        """Return whether its source has few pictures: a session's own, or the sample of MNIST."""
        return self.source == "mnist_sample" or token_of(self.source) is not None

    @property
    def code(self) -> Code:
        """Return what the numbers of the code are."""
        return PENALTIES.get(self.penalty, "plain")

    @property
    def sizes(self) -> list[int]:
        """Return the bottleneck sizes that the network answers for; of an open one, how many numbers its code has."""
        if self.bottleneck == "open":
            return [self.plan.code_size]
        return list(range(1, self.bottleneck_size + 1)) if self.ordered else [self.bottleneck_size]

    @property
    def plan(self) -> Plan:
        """Return the network that is trained."""
        return self.plan_for(get_source(self.source).shape)

    def plan_for(self, shape: Shape) -> Plan:
        """Return the network for pictures of this shape, (height, width, channels)."""
        how: Any = {"ordered": self.ordered, "code": self.code, "composition": self.composition}
        return make_plan(self.network, shape, self.bottleneck_size, **how)

    @property
    def key(self) -> str:
        """Return a name for this run: the same for equal settings, another for any other.

        24 hexadecimal digits; before them the 32 of the session's token where the pictures belong to one.
        """
        own = token_of(self.source) or ""
        return own + hashlib.sha256(f"{FORMAT} {self.to_json()}".encode()).hexdigest()[:KEY_DIGITS]

    def to_json(self) -> str:
        """Return these settings as text, always in the same order."""
        values = asdict(self)
        written = {name: value for name, value in values.items() if value != LATER_SETTINGS.get(name)}
        return json.dumps(written, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "TrainingSettings":
        """Return the settings that `to_json` wrote; what an older version did not write yet is as it was then.

        Raises an UnknownSettings where the text holds settings or values that this version does not know, a
        PictureError where the pictures are a session's own, and gone, and a ValueError where no version wrote it.
        """
        values = parse_json(text)
        names = {field.name for field in fields(cls)}
        expected = f"Expected the settings {sorted(names)}. Received: {text[:200]!r}."
        if not FIRST_SETTINGS.issubset(values):
            raise ValueError(expected)
        if not names.issuperset(values):
            raise UnknownSettings(expected)
        try:
            return cls(**values | {"normal_classes": tuple(values.get("normal_classes", ()))})
        except PictureError:
            raise
        except (ValueError, TypeError) as error:
            raise UnknownSettings(str(error)) from error

    def differences(self, other: "TrainingSettings") -> dict[str, tuple[Any, Any]]:
        """Return the settings that differ: name → (here, there)."""
        here, there = asdict(self), asdict(other)
        return {name: (here[name], there[name]) for name in here if here[name] != there[name]}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
