"""The same layers trained without us: Keras' `model.fit`, and a plain loop of PyTorch. Each runs in a fresh process."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from autoencoder.data.sources import get_source
from autoencoder.networks.blocks import Shortcut
from autoencoder.networks.layers import Dense, Flatten, Reshape
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import TrainingSettings

PICTURES = 55_000  # of MNIST: what the Trainer learns from, which holds 5,000 out to judge itself on
RATE = 0.001
TORCH_ACTIVATIONS = {"relu": "ReLU", "sigmoid": "Sigmoid"}


def trainer_epochs(
    source: str, network: str, bottleneck: str, fused: bool | None = None, parts: int = 1
) -> Iterator[dict[str, float]]:
    """Our Trainer, epoch after epoch: the seconds of each, the first with the compilation.

    Args:
        source: Which pictures.
        network: Which network.
        bottleneck: "ordered" or "exact".
        fused: Whether it is compiled by XLA; None: as in the app.
        parts: Learn only this part of an epoch each time, and scale the seconds up; "wall" is not scaled.
    """
    if fused is not None:
        cast(dict, NETWORKS)[network] = replace(NETWORKS[network], fused=fused)
    from autoencoder.training.trainer import Trainer

    trainer = Trainer(TrainingSettings(source=source, network=network, bottleneck=bottleneck, epochs=100))
    steps = trainer.steps_per_epoch
    while True:
        begin = time.perf_counter()
        count = min(steps // parts, steps - trainer.step % steps)
        loss = trainer.advance(count)
        wall = time.perf_counter() - begin
        yield {"seconds": wall * steps / count, "wall": wall, "loss": loss}


def keras_epochs(source: str, network: str, batch_size: int = 128, parts: int = 1) -> Iterator[dict[str, float]]:
    """Plain `model.fit` of the layers for an exact bottleneck, as a beginner would write it: compile, fit, float32."""
    import keras

    from autoencoder.networks.build import build_decoder, build_encoder

    plan = TrainingSettings(source=source, network=network, bottleneck="exact").plan
    pictures = get_source(source).load().train[: PICTURES // parts]
    begin = time.perf_counter()
    keras.utils.set_random_seed(0)
    inputs = keras.Input(plan.shape)
    model = keras.Model(inputs, build_decoder(plan, 1)(build_encoder(plan, 0)(inputs)))
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss="mean_squared_error")
    while True:
        history = model.fit(pictures, pictures, batch_size=batch_size, epochs=1, verbose=0)
        loss = history.history["loss"][0]
        wall = time.perf_counter() - begin
        yield {"seconds": wall * parts, "wall": wall, "loss": loss}
        begin = time.perf_counter()


def torch_epochs(source: str, network: str, batch_size: int = 128, parts: int = 1) -> Iterator[dict[str, float] | str]:
    """A plain loop of PyTorch with fused Adam over a tensor in memory; a sentence where PyTorch is missing."""
    try:
        import torch
    except ImportError:
        yield "PyTorch is not installed here (nor named by --torch-python), so it is skipped."
        return
    torch.manual_seed(0)
    plan = TrainingSettings(source=source, network=network, bottleneck="exact").plan
    pictures = torch.from_numpy(
        get_source(source).load().train[: PICTURES // parts].reshape(-1, plan.pixel_values).copy()
    )
    model = _torch_model([*plan.encoder.layers, *plan.decoder.layers], plan.pixel_values)
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=True)
    while True:
        begin = time.perf_counter()
        order = torch.randperm(len(pictures))
        for first in range(0, len(pictures) - batch_size + 1, batch_size):
            batch = pictures[order[first : first + batch_size]]
            loss = torch.nn.functional.mse_loss(model(batch), batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        wall = time.perf_counter() - begin
        yield {"seconds": wall * parts, "wall": wall, "loss": float(loss.detach())}


def _torch_model(layers: Sequence[Any], width: int) -> Any:
    """The layers of a dense plan, for pictures that are flat already.

    Raises:
        TypeError: If there is a layer that is not known here, so that nothing smaller is measured for the whole.
    """
    import torch

    class Sum(torch.nn.Module):
        def __init__(self, inner: Any, straight: Any) -> None:
            super().__init__()
            self.inner, self.straight = inner, straight

        def forward(self, values: Any) -> Any:
            return self.inner(values) + self.straight(values)

    modules: list[Any] = []
    for layer in layers:
        if isinstance(layer, Dense):
            modules.append(torch.nn.Linear(width, layer.units))
            if layer.activation in TORCH_ACTIVATIONS:
                modules.append(getattr(torch.nn, TORCH_ACTIVATIONS[layer.activation])())
            width = layer.units
        elif isinstance(layer, Shortcut):
            units = layer.layers[-1].units
            modules.append(Sum(_torch_model(layer.layers, width), torch.nn.Linear(width, units, bias=False)))
            width = units
        elif not isinstance(layer, Flatten | Reshape):
            raise TypeError(f"Expected dense layers. Received: {layer!r}.")
    return torch.nn.Sequential(*modules)
