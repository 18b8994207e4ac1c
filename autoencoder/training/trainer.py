"""A network that learns. Only worker processes import this module, because it imports Keras and TensorFlow."""

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.noise import SHOWN_LEVELS, SHOWN_SEED, add_noise, add_noise_in_graph
from autoencoder.data.selection import hold_out, of_classes, one_of_each
from autoencoder.data.sources import get_source
from autoencoder.networks.architectures import find_network
from autoencoder.networks.build import (
    HiddenMaps,
    build_decoder,
    build_encoder,
    keras_file,
    outer_tiles,
    weights_by_layer,
)
from autoencoder.networks.compiled import export
from autoencoder.networks.keras_file import WEIGHT
from autoencoder.networks.ordered import milestones
from autoencoder.training import unfolding
from autoencoder.training.adam import Adam
from autoencoder.training.batches import PART, STEPS_AT_ONCE, Batches, BatchSampler, even_levels, to_bytes
from autoencoder.training.capacity import has_bfloat16
from autoencoder.training.gradient_step import MOST_PICTURES, GradientStep
from autoencoder.training.growth import MOST_UNITS
from autoencoder.training.muon import Muon
from autoencoder.training.objective import Objective
from autoencoder.training.precision import in_bfloat16
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.training_loop import preview_steps

VALIDATION_BATCH = 500
BETA_2 = 0.99  # Adam's memory of the gradients' size; short, because the trainings are
VALIDATION_SEED = 1  # of the noise
WARM_UP = 0.05  # the share of the training in which the learning rate climbs

gc.freeze()  # what TensorFlow has imported is never garbage; to look through all of it takes 0.2 s each time


class Trainer:
    """One training: the network, what it learns from, and how far it is.

    Equal settings and pictures, by default those of the settings' source, give equal weights on the same machine, also
    where the training was interrupted.
    """

    def __init__(self, settings: TrainingSettings, pictures: ImageDataset | None = None) -> None:
        pictures = pictures or get_source(settings.source).load()
        keras.backend.clear_session()  # the network of the training before this one
        keras.utils.set_random_seed(settings.seed)
        self.settings = settings
        self._first_seed = tf.Variable(settings.seed % 2**31, trainable=False)  # no part of a graph: code serves all
        self.plan = settings.plan_for(pictures.shape)
        self.encoder = build_encoder(self.plan, settings.seed)
        self.decoder = build_decoder(self.plan, settings.seed + 1000)
        self._maps = HiddenMaps(self.plan, self.encoder, self.decoder)
        self._encode = tf.function(self.encoder, autograph=False)  # convolutions in a third of the time
        self._split(pictures)
        self.steps_per_epoch = self._sampler.steps_per_epoch
        self.plan_epochs(settings.epochs)
        self.step = 0
        self.rate_factor = 1.0
        self._optimizer = _make_optimizer(settings)
        self._variables = [*self.encoder.trainable_variables, *self.decoder.trainable_variables]
        # dropout's dice and the running means of batch normalization
        self._unlearned = [*self.encoder.non_trainable_variables, *self.decoder.non_trainable_variables]
        self._optimizer.build(self._variables)
        self.objective = Objective(settings, self.plan, self.encoder, self.decoder)
        parts = (self.encoder, self.decoder, self._optimizer, self.objective)
        self._state = [variable for part in parts for variable in part.variables]  # all that changes
        network = find_network(settings.network, settings.composition)
        fused = network.fused and _has_xla()
        self._halved = has_bfloat16() and not network.fused  # XLA multiplies bfloat16 more slowly than float32
        self._learn = tf.function(self._learn_steps, jit_compile=fused, autograph=False)
        self._judge = tf.function(self._validation_losses, jit_compile=fused, autograph=False)
        self._observe = tf.function(self._first_batch, jit_compile=fused, autograph=False)

    def _split(self, pictures: ImageDataset) -> None:
        """Hold some training pictures out, to see how well the network does on what it does not learn from."""
        indices = of_classes(pictures.train_labels, len(pictures.train), self.settings.normal_classes)
        learned, held_out = hold_out(indices, self.settings.seed, pictures.train_groups)
        as_bytes = to_bytes(pictures.train, learned)  # a quarter of the memory of float32
        self._sampler = BatchSampler(self.settings, as_bytes, self.plan.code_size)
        self._validation = pictures.train[held_out]
        self._test = pictures.test
        self._shown = pictures.test[one_of_each(pictures.test_labels, len(pictures.test))]
        self._noisy_training = None if self.settings.fresh_noise else self._draw_noise_once(pictures.train, learned)

    @cached_property
    def _noisy_validation(self) -> np.ndarray:
        """Return what the network is shown of the pictures that are held out; first asked for when these are judged."""
        if not self.settings.noisy:
            return self._validation
        levels = even_levels(len(self._validation), self.settings)
        return add_noise(self._validation, self.settings.noise, levels, VALIDATION_SEED)

    def _draw_noise_once(self, pictures: np.ndarray, indices: np.ndarray) -> Any:
        """Return the training pictures with noise that stays the same: float16, which is 0.0005 off at most."""
        levels = even_levels(len(indices), self.settings)
        corrupted = np.empty((len(indices), *pictures.shape[1:]), np.float16)
        for begin in range(0, len(indices), PART):
            part = slice(begin, begin + PART)
            seed = 2**32 + self.settings.seed + begin  # disjoint from the noise of validation and test pictures
            corrupted[part] = add_noise(pictures[indices[part]], self.settings.noise, levels[part], seed)
        return tf.constant(corrupted)

    def plan_epochs(self, epochs: int) -> None:
        """Have the training take so many epochs, 1 to 100: of all settings the one that no graph depends on."""
        self.settings = replace(self.settings, epochs=epochs)
        self.total_steps = self.steps_per_epoch * epochs

    def trace(self) -> list[Callable[[], object]]:
        """Have TensorFlow trace what a training calls, and return what compiles that; nothing is learned by either."""
        no_batch = self._sampler.take(self.step, np.zeros(1, np.float32)), tf.constant(0)
        self._learn.get_concrete_function(*no_batch)
        self._judge.get_concrete_function(*self._held_out()[0])
        self.show(), self.tiles(), self.codes(0, 1 + len(preview_steps(self.steps_per_epoch, self.total_steps)))
        return [partial(self._learn, *no_batch), self.validation_loss]

    # Learning

    def advance(self, steps: int) -> float:
        """Learn from the next `steps` batches, all of one epoch; return the mean loss."""
        total = 0.0
        for begin in range(0, steps, STEPS_AT_ONCE):
            count = min(STEPS_AT_ONCE, steps - begin)
            rates = np.array([self._rate(self.step + number) for number in range(count)], np.float32)
            total += float(self._learn(self._sampler.take(self.step, rates), tf.constant(count)))
            self.step += count
        return total / steps

    def _rate(self, step: int) -> float:
        share = rate_share((step + 1) / self.total_steps) if self.settings.schedule == "one_cycle" else 1.0
        return self.rate_factor * self.settings.learning_rate * share

    def _learn_steps(self, batches: Batches, count: Any) -> Any:
        """Learn from the first `count` of these batches, without going back to Python between them."""

        def learn(number: Any, total: Any) -> tuple[Any, Any]:
            return number + 1, total + self._learn_from(batches, number)

        # not a range of `count` steps, which XLA compiles anew for every count
        return tf.while_loop(lambda number, _: number < count, learn, (0, 0.0))[1]

    def _learn_from(self, batches: Batches, number: Any) -> Any:
        pictures, inputs = self._batch(batches, number)
        self._optimizer.learning_rate.assign(batches.rates[number])
        gradients, errors, loss = self._differentiate(batches, number, pictures, inputs)
        self._optimizer.apply(gradients, self._variables)
        self.objective.update(errors, batches.sizes[number])
        return loss

    def _batch(self, batches: Batches, number: Any) -> tuple[Any, Any]:
        """Return the pictures of a batch, and what the network is shown instead of them."""
        indices = batches.indices[number]
        pictures = tf.cast(tf.gather(self._sampler.pictures, indices), tf.float32) / 255
        return pictures, self._corrupt(pictures, indices, batches.levels[number], batches.first + number)

    def _differentiate(self, batches: Batches, number: Any, pictures: Any, inputs: Any) -> tuple[Any, Any, Any]:
        """Return the gradient of what is made smaller, the errors of a batch, and its loss."""
        halved = in_bfloat16(self.encoder, self.decoder) if self._halved else nullcontext()
        with halved, tf.GradientTape() as tape:
            seed, sizes = self._seed(-1 - (batches.first + number)), batches.sizes[number]  # disjoint from noise seeds
            errors, costs = self.objective.parts(pictures, inputs, sizes, seed, training=True)
            weights = self.objective.weights(sizes, batches.levels[number])
            decay = self.objective.decay()
            weighted = tf.reduce_mean(errors * weights) + tf.reduce_mean(costs) + decay
        return tape.gradient(weighted, self._variables), errors, tf.reduce_mean(errors + costs) + decay

    def _first_batch(self, batches: Batches) -> tuple[Any, Any, Any, Any]:
        """Return the first batch of these, what the network is shown of it, the gradient and the loss."""
        number = tf.constant(0)
        pictures, inputs = self._batch(batches, number)
        gradients, _, loss = self._differentiate(batches, number, pictures, inputs)
        return pictures, inputs, gradients, loss

    def take_step(self) -> GradientStep:
        """Learn from the next batch alone, just as `advance` does, and return what that did."""
        rate, dice = self._rate(self.step), [variable.numpy() for variable in self._unlearned]
        batches = self._sampler.take(self.step, np.array([rate], np.float32))
        pictures, inputs, gradients, loss = self._look_at(batches, dice)
        before, old = self._rebuild_shown(), [variable.numpy() for variable in self._variables]
        self.advance(1)
        after, moved = self._rebuild_shown(), [new - one for new, one in zip(self._variables, old, strict=True)]
        *_, loss_after = self._look_at(batches, dice)
        layers, shown = weights_by_layer(self.encoder, self.decoder), slice(MOST_PICTURES)
        return GradientStep(
            number=self.step,
            epoch=self.step / self.steps_per_epoch,
            rate=rate,
            loss=float(loss),
            loss_after=float(loss_after),
            batch=len(pictures),
            layers=[*layers],
            gradients=self._norms(gradients, layers),
            updates=self._norms(moved, layers),
            inputs=to_bytes(inputs[shown].numpy()),
            targets=to_bytes(pictures[shown].numpy()),
            sizes=batches.sizes[0, shown].numpy(),
            before=to_bytes(before),
            after=to_bytes(after),
            change=(after - before).astype(np.float16),
        )

    def _look_at(self, batches: Batches, dice: list[np.ndarray]) -> Any:
        """Return what `_first_batch` does where dropout's dice lie so, and leave all that changes as it is."""
        now = self.arrays()
        for variable, array in zip(self._unlearned, dice, strict=True):
            variable.assign(array)
        found = self._observe(batches)
        self.restore(now)
        return found

    def _norms(self, arrays: Sequence[Any], layers: Mapping[str, Sequence[Any]]) -> np.ndarray:
        """Return how long these arrays, one for each variable, are in every layer: float32 (layers,)."""
        squares = {id(one): np.sum(np.square(array)) for one, array in zip(self._variables, arrays, strict=True)}
        return np.sqrt([sum(squares[id(one)] for one in some) for some in layers.values()], dtype=np.float32)

    def _corrupt(self, pictures: Any, indices: Any, levels: Any, step: Any) -> Any:
        """Return what the network is shown instead of these pictures."""
        if not self.settings.noisy:
            return pictures
        if self._noisy_training is not None:
            return tf.cast(tf.gather(self._noisy_training, indices), tf.float32)
        return add_noise_in_graph(pictures, self.settings.noise, levels, self._seed(step))

    def _seed(self, number: Any) -> Any:
        return tf.stack([self._first_seed, number])

    def _validation_losses(self, pictures: Any, inputs: Any, sizes: Any) -> Any:
        """Return what the training minimizes, for each picture (n,); what is random in it is drawn alike each time."""
        errors, costs = self.objective.parts(pictures, inputs, sizes, self._seed(tf.constant(-(2**31))))
        return errors + costs + self.objective.decay()

    # Looking

    def validation_loss(self) -> float:
        """Return the mean loss over the pictures that are held out; ordered, over all bottleneck sizes."""
        return float(np.mean([self._judge(*part).numpy().mean() for part in self._held_out()]))

    def _held_out(self) -> list[list[np.ndarray]]:
        """Return these pictures, what the network is shown of them, and sizes, in parts that are alike."""
        count = len(self._validation)
        batch = min(VALIDATION_BATCH, count)
        sizes = np.resize(np.arange(1, self.plan.code_size + 1, dtype=np.int32), count)  # each in turn
        arrays = (self._validation, self._noisy_validation, sizes)
        parts = [slice(begin, begin + batch) for begin in range(0, count - batch + 1, batch)]
        return [[array[part] for array in arrays] for part in parts]

    def show(self) -> np.ndarray:
        """Return the ten test pictures rebuilt: uint8 (frames, 10, height, width, channels).

        A frame for each of some bottleneck sizes, or for each of `SHOWN_LEVELS` where the network removes noise.
        """
        return to_bytes(self._rebuild_shown())

    def _rebuild_shown(self) -> np.ndarray:
        """Return the same before it is rounded: float32."""
        whole, shown = self.plan.code_size, self._shown
        if self.settings.noisy:
            frames = [add_noise(shown, self.settings.noise, level, SHOWN_SEED) for level in SHOWN_LEVELS]
            sizes = [whole] * len(frames)
        else:
            sizes = milestones(whole) if self.plan.ordered else [whole]
            frames = [shown] * len(sizes)
        # all at once: outside of a graph each layer takes longer to call than to compute
        rebuilt = self._rebuild(np.concatenate(frames), np.repeat(sizes, len(shown)))
        return rebuilt.reshape(len(frames), *shown.shape)

    def _rebuild(self, pictures: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        codes = self.encoder(pictures)
        codes = codes[:, : self.plan.code_size] if self.plan.code == "gaussian" else codes  # nothing random
        return self.objective.decode(codes, tf.constant(sizes, tf.int32)).numpy()

    def tiles(self) -> dict[str, np.ndarray]:
        """Return what units look for and paint, see `outer_tiles`, and `HiddenMaps` of the first test picture."""
        maps = self._maps.of(self._shown[0], MOST_UNITS)
        return outer_tiles(self.plan, self.encoder, self.decoder, MOST_UNITS) | maps

    def codes(self, number: int, previews: int) -> np.ndarray | None:
        """Return what is kept of codes of test pictures with a preview, of so many; None where nothing is.

        They are float32 (pictures, numbers), see `autoencoder.training.unfolding`; of gaussian codes the means.
        """
        numbers = unfolding.kept_numbers(self.plan.code_size, ordered=self.plan.ordered)
        learned = self.total_steps * self.settings.batch_size
        if not numbers or number not in unfolding.moments(previews, learned):
            return None
        count = unfolding.kept_pictures(len(self._test), previews, learned, numbers)
        pictures = self._test[unfolding.which_pictures(len(self._test), count)]
        return self._encode(pictures).numpy()[:, :numbers]

    # Keeping

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all that is needed to go on from here: the weights, the optimizer's memory, the step."""
        state = {WEIGHT.format(number): variable.numpy() for number, variable in enumerate(self._state)}
        return state | {"step": np.array(self.step)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go back to `arrays`; with weights alone, to the end of a training. A ValueError if a shape is another."""
        alone = "step" not in arrays
        weights = [*self.encoder.weights, *self.decoder.weights]  # with the means of batch normalization
        for number, variable in enumerate(weights if alone else self._state):
            variable.assign(arrays[WEIGHT.format(number)])
        self.step = self.total_steps if alone else int(arrays["step"])

    def export(self) -> tuple[bytes, bytes]:
        """Return the encoder and the decoder for the pages."""
        return export(self.encoder), export(self.decoder)

    def keras_file(self) -> bytes:
        """Return both as a `.keras` file."""
        return keras_file(self.plan, self.encoder, self.decoder)


def rate_share(progress: float) -> float:
    """Return the learning rate as a share of its highest, at a point of the training in (0, 1].

    It climbs in a straight line, then falls as a cosine does. L. N. Smith and N. Topin, "Super-convergence", 2018,
    arXiv:1708.07120; I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, arXiv:1608.03983.
    """
    return min(1.0, progress / WARM_UP) * (1 + math.cos(math.pi * progress)) / 2


def _make_optimizer(settings: TrainingSettings) -> Any:
    kind = Muon if settings.optimizer == "muon" else Adam
    beta_2 = BETA_2 if settings.schedule == "one_cycle" else 0.999  # Keras' own
    return kind(settings.learning_rate, beta_2=beta_2)


def _has_xla() -> bool:
    """Return whether TensorFlow was built with XLA; some builds for Windows are not."""
    try:
        tf.function(lambda: tf.constant(1.0) + 1, jit_compile=True)()
    except (tf.errors.OpError, ValueError):
        return False
    return True
