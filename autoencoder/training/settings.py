"""One frozen value that describes a training run; keys, links and scripts derive from it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from autoencoder.data.augmentation import AUGMENTATIONS, NO_AUGMENTATION
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.noise import NOISES
from autoencoder.data.own import token_of
from autoencoder.data.sources import get_source
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

FIRST_SETTINGS = {
    "source",
    "network",
    "bottleneck",
    "bottleneck_size",
    "epochs",
    "batch_size",
    "learning_rate",
    "loss",
    "seed",
}  # that every version had
LATER_SETTINGS = {  # not written where they are so: old keys stay valid
    "optimizer": "adam",
    "penalty": NO_PENALTY,
    "penalty_weight": 0.0,
    "augmentation": NO_AUGMENTATION,
}
KEY_DIGITS = 24
LARGEST_CODE = 64
MOST_EPOCHS = 100
LARGEST_BATCH = 1024
LARGEST_RATE = 1.0
LARGEST_PENALTY_WEIGHT = 100.0


class UnknownSettings(ValueError):
    """Settings that another version of the app wrote, as it seems: they have what every version writes, and more."""


@dataclass(frozen=True)
class TrainingSettings:
    """All that decides what a training learns. Equal settings give equal networks on the same machine.

    Args:
        source: A key of `autoencoder.data.sources.SOURCES`, or a session's own (`autoencoder.data.own`).
        network: A key of `autoencoder.networks.plan.NETWORKS`.
        bottleneck: "ordered": one network for every size from 1 to `bottleneck_size`; "exact": for that size alone;
            "open", and nothing else, for a network whose code is no vector.
        bottleneck_size: How many numbers the code has, 1 to 64; 64 where the bottleneck is open, whatever is given.
        epochs: How often every training picture is seen, 1 to 100.
        batch_size: How many pictures are seen between two steps of learning, 1 to 1024.
        learning_rate: The highest step size of Adam, above 0, at most 1.
        loss: A key of `LOSSES`.
        seed: Decides all that is random: the first weights, the order of the pictures, the noise; 0 to 2³² − 1.
        schedule: A key of `SCHEDULES`: how the learning rate changes.
        noise: "none", or a key of `autoencoder.data.noise.NOISES`: with it the pictures that the network is shown
            are corrupted, while those that it is to paint are not.
        noise_low: The lowest level of the noise, in [0, 1]; each picture's is drawn evenly from this to the highest.
        noise_high: The highest level, `noise_low` to 1. Both are 0 where there is no noise, whatever is given.
        normal_classes: The labels of the training pictures to learn from, in rising order; () for all pictures.
        fresh_noise: Draw the noise anew for every batch; or once for all, as many published examples do.
        penalty: "none", or a key of `PENALTIES`, which needs an exact bottleneck: what is made small beside the loss,
            see `autoencoder.training.penalties`. What is made small is the mean over the pictures of the loss, which is
            a mean over a picture's values, plus `penalty_weight` times the penalty; for "variational" the penalty is
            divided by the number of a picture's values, as the loss is.
        penalty_weight: λ, or for "variational" β: above 0, at most 100. 0 where there is no penalty, whatever is given.
        optimizer: A key of `OPTIMIZERS`; see `autoencoder.training.muon`.
        augmentation: "none", or a key of `autoencoder.data.augmentation.AUGMENTATIONS`: how the training pictures are
            moved, another way in every epoch. Noise that is drawn once for all needs pictures that stay where they are.

    Raises:
        ValueError: If a setting is not what is said here; the message says what was expected and what came.
    """

    source: str = "mnist_sample"
    network: str = "dense"
    bottleneck: str = "ordered"
    bottleneck_size: int = 64
    epochs: int = 10
    batch_size: int = 128
    learning_rate: float = 0.003
    loss: str = "mean_squared_error"
    seed: int = 0
    schedule: str = "one_cycle"
    noise: str = NO_NOISE
    noise_low: float = 0.0
    noise_high: float = 0.0
    fresh_noise: bool = True
    normal_classes: tuple[int, ...] = ()
    penalty: str = NO_PENALTY
    penalty_weight: float = 0.0
    optimizer: str = "adam"
    augmentation: str = NO_AUGMENTATION

    def __post_init__(self) -> None:
        get_source(self.source)
        _check_choice("network", self.network, NETWORKS)
        _check_choice("bottleneck", self.bottleneck, BOTTLENECKS)
        _check_choice("loss", self.loss, LOSSES)
        _check_whole("bottleneck_size", self.bottleneck_size, 1, LARGEST_CODE)
        _check_whole("epochs", self.epochs, 1, MOST_EPOCHS)
        _check_whole("batch_size", self.batch_size, 1, LARGEST_BATCH)
        _check_whole("seed", self.seed, 0, 2**32 - 1)
        check_learning_rate(self.learning_rate)
        _check_choice("schedule", self.schedule, SCHEDULES)
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("noise", self.noise, {NO_NOISE: None, **NOISES})
        _check_levels(self.noise_low, self.noise_high)
        if not isinstance(self.fresh_noise, bool):
            raise ValueError(f"Expected `fresh_noise` to be True or False. Received: {self.fresh_noise!r}.")
        _check_choice("augmentation", self.augmentation, {NO_AUGMENTATION: None, **AUGMENTATIONS})
        if self.augmented and self.noisy and not self.fresh_noise:
            raise ValueError(
                f"Expected `augmentation` to be none where `fresh_noise` is False. Received: {self.augmentation!r}."
            )
        if (self.bottleneck == "open") != NETWORKS[self.network].open:
            fitting = "open" if NETWORKS[self.network].open else "ordered or exact"
            raise ValueError(
                f"Expected `bottleneck` to be {fitting} for the network {self.network}. Received: {self.bottleneck!r}."
            )
        _check_classes(self.normal_classes, len(get_source(self.source).class_names))
        self._check_penalty()
        if self.loss == "binary_crossentropy" and not NETWORKS[self.network].bounded:
            raise ValueError(
                f"Expected `loss` to be mean_squared_error or mean_absolute_error for the network {self.network}, "
                f"whose pictures are not kept within [0, 1]. Received: {self.loss!r}."
            )
        self._make_one_of_equals()

    def _check_penalty(self) -> None:
        _check_choice("penalty", self.penalty, {NO_PENALTY: None, **PENALTIES})
        if self.penalty == NO_PENALTY:
            return
        if self.bottleneck != "exact":
            raise ValueError(
                f"Expected `bottleneck` to be exact for the penalty {self.penalty}. Received: {self.bottleneck!r}."
            )
        _check_number("penalty_weight", self.penalty_weight, LARGEST_PENALTY_WEIGHT)

    def _make_one_of_equals(self) -> None:
        """Give settings that say the same the same values, and so one key."""
        values: dict[str, Any] = {
            "learning_rate": float(self.learning_rate),
            "normal_classes": tuple(sorted(set(self.normal_classes))),
            "penalty_weight": 0.0 if self.penalty == NO_PENALTY else float(self.penalty_weight),
        }
        if self.noise == NO_NOISE:
            values |= {"noise_low": 0.0, "noise_high": 0.0, "fresh_noise": True}
        else:
            values |= {"noise_low": abs(float(self.noise_low)), "noise_high": abs(float(self.noise_high))}  # −0 is 0
        if self.bottleneck == "open":
            values["bottleneck_size"] = LARGEST_CODE
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def ordered(self) -> bool:
        """Return whether one network answers for every bottleneck size."""
        return self.bottleneck == "ordered"

    @property
    def noisy(self) -> bool:
        """Return whether the network learns to remove noise."""
        return self.noise != NO_NOISE

    @property
    def augmented(self) -> bool:
        """Return whether the training pictures are moved a little in every epoch."""
        return self.augmentation != NO_AUGMENTATION

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
        shape = get_source(self.source).shape
        return make_plan(self.network, shape, self.bottleneck_size, ordered=self.ordered, code=self.code)

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

        Raises:
            UnknownSettings: If the text holds settings or values that this version does not know.
            PictureError: If the pictures are a session's own, and gone.
            ValueError: If the text is no settings of any version.
        """
        values = json.loads(text)
        names = {field.name for field in fields(cls)}
        expected = f"Expected the settings {sorted(names)}. Received: {text[:200]!r}."
        if not (isinstance(values, dict) and FIRST_SETTINGS.issubset(values)):
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
        return {
            field.name: (getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        }


def check_learning_rate(rate: float) -> None:
    """Raise a ValueError unless `rate` is a number above 0 and at most 1."""
    _check_number("learning_rate", rate, LARGEST_RATE)


def _check_levels(low: float, high: float) -> None:
    for level in (low, high):
        if isinstance(level, bool) or not isinstance(level, int | float):
            raise ValueError(f"Expected `noise_low` and `noise_high` to be numbers. Received: {level!r}.")
    if not 0 <= low <= high <= 1:
        raise ValueError(f"Expected 0 ≤ `noise_low` ≤ `noise_high` ≤ 1. Received: {low!r} and {high!r}.")


def _check_classes(classes: Sequence[int], count: int) -> None:
    if isinstance(classes, str) or not all(
        isinstance(label, int) and not isinstance(label, bool) and 0 <= label < count for label in classes
    ):
        raise ValueError(f"Expected `normal_classes` to be labels from 0 to {count - 1}. Received: {classes!r}.")


def steps_per_epoch(pictures: int, batch_size: int) -> int:
    """Return how many whole batches the training pictures make; what is left over waits for the next epoch's order."""
    return max(1, pictures // batch_size)


def _check_choice(argument: str, value: str, choices: Mapping[str, Any]) -> None:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"Expected `{argument}` to be one of {', '.join(choices)}. Received: {value!r}.")


def _check_number(argument: str, value: float, highest: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= highest:
        raise ValueError(f"Expected `{argument}` above 0 and at most {highest:g}. Received: {value!r}.")


def _check_whole(argument: str, value: int, lowest: int, highest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise ValueError(f"Expected `{argument}` to be a whole number from {lowest} to {highest}. Received: {value!r}.")
