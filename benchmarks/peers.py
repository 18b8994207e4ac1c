"""The same layers trained without us: Keras' `model.fit`, and a plain loop of PyTorch. Each runs in a fresh process."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from autoencoder.data.sources import get_source
from autoencoder.networks.blocks import PatchConvolution, Residual, Shortcut, TransposedPatchConvolution
from autoencoder.networks.layers import Dense, Flatten, Reshape
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import TrainingSettings

PICTURES = 55_000  # of MNIST: what the Trainer learns from, which holds 5,000 out to judge itself on
RATE = 0.001


def trainer_epochs(
    source: str,
    network: str,
    bottleneck: str,
    fused: bool | None = None,
    halved: bool | None = None,
    parts: int = 1,
) -> Iterator[dict[str, float]]:
    """Our Trainer, epoch after epoch: the seconds of each, the first with the compilation.

    Args:
        source: Which pictures.
        network: Which network.
        bottleneck: "ordered" or "exact".
        fused: Whether it is compiled by XLA; None: as in the app.
        halved: Whether it may multiply in bfloat16; None: as in the app.
        parts: Learn only this part of an epoch each time, and scale the seconds up; "wall" is not scaled.
    """
    if fused is not None:
        cast(dict, NETWORKS)[network] = replace(NETWORKS[network], fused=fused)
    from autoencoder.training import trainer as module

    if halved is not None:
        cast(Any, module).has_bfloat16 = lambda: halved
    trainer = module.Trainer(TrainingSettings(source=source, network=network, bottleneck=bottleneck, epochs=100))
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


def torch_epochs(
    source: str,
    network: str,
    batch_size: int = 128,
    parts: int = 1,
    compiled: bool = False,
    channels_last: bool = False,
    halved: bool = False,
) -> Iterator[dict[str, float] | str]:
    """A plain loop of PyTorch with fused Adam over a tensor in memory; a sentence where PyTorch is missing.

    Args:
        source: Which pictures.
        network: Which network, of an exact bottleneck.
        batch_size: Pictures between two steps.
        parts: Learn only this part of an epoch each time, and scale the seconds up; "wall" is not scaled.
        compiled: Whether `torch.compile` compiles network and loss, forward and backward.
        channels_last: Whether the numbers of a place lie beside each other in memory.
        halved: Whether it multiplies in bfloat16, by `torch.autocast`.
    """
    try:
        import torch
    except ImportError:
        yield "PyTorch is not installed here (nor named by --torch-python), so it is skipped."
        return
    torch.manual_seed(0)
    plan = TrainingSettings(source=source, network=network, bottleneck="exact").plan
    layout = torch.channels_last if channels_last else torch.contiguous_format
    content = get_source(source).load().train[: PICTURES // parts]
    pictures = torch.tensor(content).permute(0, 3, 1, 2).contiguous(memory_format=layout)
    model = _torch_model([*plan.encoder.layers, *plan.decoder.layers], plan.shape).to(memory_format=layout)
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=True)

    def judge(batch: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16, enabled=halved):
            return torch.nn.functional.mse_loss(model(batch).float(), batch)

    judge = torch.compile(judge) if compiled else judge
    while True:
        begin = time.perf_counter()
        order = torch.randperm(len(pictures))
        for first in range(0, len(pictures) - batch_size + 1, batch_size):
            loss = judge(pictures[order[first : first + batch_size]])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        wall = time.perf_counter() - begin
        yield {"seconds": wall * parts, "wall": wall, "loss": float(loss.detach())}


def _torch_model(layers: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """The layers of a plan, for pictures (n, channels, height, width); `shape` leaves out the batch, channels last.

    Raises:
        TypeError: If there is a layer that is not known here, so that nothing smaller is measured for the whole.
    """
    from torch import nn

    class Sum(nn.Module):
        def __init__(self, one: Any, other: Any) -> None:
            super().__init__()
            self.one, self.other = one, other

        def forward(self, values: Any) -> Any:
            return self.one(values) + self.other(values)

    def build(layer: Any, shape: tuple[int, ...]) -> list[Any]:
        if isinstance(layer, Dense) and len(shape) == 1:
            return [nn.Linear(shape[0], layer.units), *activate(layer.activation)]
        if isinstance(layer, Shortcut):
            inner = _torch_model(layer.layers, shape)
            return [Sum(inner, nn.Linear(shape[0], layer.layers[-1].units, bias=False))]
        if isinstance(layer, PatchConvolution):
            return [nn.Conv2d(shape[2], layer.filters, layer.side, layer.side), nn.ReLU()]
        if isinstance(layer, Residual):
            wide, back = nn.Conv2d(shape[2], layer.filters, 3, padding=1), nn.Conv2d(layer.filters, shape[2], 1)
            return [Sum(nn.Sequential(wide, nn.ReLU(), back), nn.Identity())]
        if isinstance(layer, TransposedPatchConvolution):
            up = nn.ConvTranspose2d(shape[2], layer.shape[2], layer.side, layer.side)
            return [up, *activate(layer.activation)]
        if isinstance(layer, Flatten):
            return [nn.Flatten()]
        if isinstance(layer, Reshape):
            height, width, channels = layer.shape
            return [nn.Unflatten(1, (channels, height, width))]
        raise TypeError(f"Expected layers that are known here. Received: {layer!r}.")

    def activate(name: str) -> list[Any]:
        return [] if name == "linear" else [{"relu": nn.ReLU, "sigmoid": nn.Sigmoid}[name]()]

    modules = []
    for layer in layers:
        modules += build(layer, shape)
        shape = layer.output_shape(shape)
    return nn.Sequential(*modules)


def keras_first_pictures(
    source: str, network: str, pictures: int, batch_size: int, imports: bool = True
) -> Iterator[float]:
    """Plain Keras, until ten pictures are predicted by a network that has learned from the first `pictures`: seconds.

    With `imports` the first time is that of the import alone.
    """
    begin = time.perf_counter()
    import keras

    from autoencoder.networks.build import build_decoder, build_encoder

    plan = TrainingSettings(source=source, network=network, bottleneck="exact").plan
    if imports:
        yield time.perf_counter() - begin
        begin = time.perf_counter()
    while True:
        data = get_source(source).load()
        inputs = keras.Input(plan.shape)
        model = keras.Model(inputs, build_decoder(plan, 1)(build_encoder(plan, 0)(inputs)))
        model.compile(optimizer=keras.optimizers.Adam(RATE), loss="mean_squared_error")
        model.fit(data.train[:pictures], data.train[:pictures], batch_size=batch_size, verbose=0)
        model.predict(data.test[:10], verbose=0)
        yield time.perf_counter() - begin
        begin = time.perf_counter()
