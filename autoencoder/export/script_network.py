"""The encoder and the decoder as lines of Keras."""

import re

from autoencoder.networks.layers import HELPERS, Gate, code_of_layers
from autoencoder.networks.plan import Plan


def network_code(plan: Plan) -> str:
    """Lines that end with models named `encoder` and `decoder`."""
    models = "\n".join([*_encoder(plan), "", *_decoder(plan)])
    helpers = [code for name, code in HELPERS.items() if f"{name}(" in models]
    return "\n\n\n".join([*helpers, models])


def _encoder(plan: Plan) -> list[str]:
    size, name = (2 * plan.code_size, "2 * CODE") if plan.code == "gaussian" else (plan.code_size, "CODE")
    code = re.compile(rf"(?<=layers\.Dense\(){size}(?=\)|, use_bias)")
    lines = [code.sub(name, line) for line in code_of_layers(plan.encoder, plan.shape)]
    outputs = "x"
    if plan.code == "gaussian":
        lines.append("mean, log_variance = ops.split(x, 2, axis=1)")
        outputs = "[mean, log_variance]"
    return [
        f"inputs = x = keras.Input({plan.shape})",
        *lines,
        f'encoder = keras.Model(inputs, {outputs}, name="encoder")',
    ]


def _decoder(plan: Plan) -> list[str]:
    lines, last = code_of_layers(plan.decoder, plan.decoder_input), plan.decoder[-1]
    if plan.ordered:
        begin = [
            "code, kept = keras.Input((CODE,)), keras.Input((CODE,))",
            "x = layers.Concatenate()([code * kept, kept])  # it is told which numbers it was given",
        ]
        return [*begin, *lines, 'decoder = keras.Model([code, kept], x, name="decoder")']
    if isinstance(last, Gate):
        begin = [
            f"code = x = keras.Input({last.without_picture(plan.code_shape)})",
            f"picture = keras.Input({plan.shape})",
        ]
        return [*begin, *lines, 'decoder = keras.Model([code, picture], x, name="decoder")']
    shape = "(CODE,)" if len(plan.code_shape) == 1 else str(plan.code_shape)
    return [f"code = x = keras.Input({shape})", *lines, 'decoder = keras.Model(code, x, name="decoder")']
