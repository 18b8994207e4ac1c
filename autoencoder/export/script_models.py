"""What is fitted, as lines of Keras: the autoencoder itself, or a model around it that learns in a way of its own.

Each ends with a model named `model` that is fitted and, where that is another, one named `autoencoder` that is kept.
"""

from autoencoder.networks.layers import Gate
from autoencoder.networks.plan import Plan
from autoencoder.training.settings import TrainingSettings

WARM_UP, BETA_2 = 0.05, 0.99  # as `autoencoder.training.trainer` has them, which pages must not import

PLAIN = """rebuilt = decoder({code})
model = keras.Model(inputs, rebuilt)
autoencoder = keras.Model(inputs, rebuilt, name="autoencoder")  # the same, to be saved without its optimizer"""

EVERY_SIZE = '''class EverySize(keras.Model):
    """Learns all sizes at once. The larger the errors of a size usually are, the less they count."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        begin = keras.initializers.Constant
        self.errors = self.add_weight(shape=(CODE,), initializer=begin(0.01), trainable=False)
        self.counts = self.add_weight(shape=(CODE,), initializer=begin(0.1), trainable=False)

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        errors = ops.mean(keras.losses.{loss}(y, y_pred), axis=(1, 2))  # of each picture
        if not training:
            return ops.mean(errors)
        sizes = ops.one_hot(ops.cast(ops.sum(x[1], axis=1), "int32") - 1, CODE)
        weights = 1 / ops.sqrt(ops.matmul(sizes, self.errors / self.counts))
        self.errors.assign(0.99 * self.errors + ops.mean(sizes * errors[:, None], axis=0))
        self.counts.assign(0.99 * self.counts + ops.mean(sizes, axis=0))
        return ops.mean(errors * weights) / ops.mean(weights)


numbers = encoder(inputs)
model = EverySize([inputs, kept], decoder([numbers, kept]))
autoencoder = keras.Model(inputs, decoder([numbers, ops.ones_like(numbers)]), name="autoencoder")'''

CONTRACTIVE = '''class Contractive(keras.Model):
    """Makes small, beside the error, how far the code moves when the pixels do: |J|², J the Jacobian."""

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        signs = tf.where(tf.random.uniform((tf.shape(x)[0], CODE)) < 0.5, -1.0, 1.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            codes = encoder(x)
        moved = tape.gradient(codes, x, output_gradients=signs)  # of random signs v, |vᵀJ|² is |J|² on average
        error = super().compute_loss(x, y, y_pred, sample_weight, training)
        return error + WEIGHT * tf.reduce_mean(tf.reduce_sum(tf.square(moved), axis=(1, 2, 3)))


model = Contractive(inputs, decoder(encoder(inputs)))
autoencoder = keras.Model(inputs, model.outputs, name="autoencoder")'''

VARIATIONAL = '''class Sampling(layers.Layer):
    """Draws a code from each picture's normal distribution; the further that is from N(0, 1), the more it costs."""

    def __init__(self):
        super().__init__()
        self.dice = keras.random.SeedGenerator(SEED)

    def call(self, mean, log_variance):
        terms = 1 + log_variance - ops.square(mean) - ops.exp(log_variance)
        divergence = -0.5 * ops.sum(terms, axis=1)  # Kullback and Leibler's, of each picture
        self.add_loss(WEIGHT * ops.mean(divergence) / {values})  # by a picture's values, as the error is
        return mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.dice)


mean, log_variance = encoder(inputs)
model = keras.Model(inputs, decoder(Sampling()(mean, log_variance)))
autoencoder = keras.Model(inputs, decoder(mean), name="autoencoder")  # nothing about it is random'''

ONE_CYCLE = '''class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """The rate climbs in a straight line, then falls to nothing as a cosine does."""

    def __call__(self, step):
        progress = (ops.cast(step, "float32") + 1) / steps
        return RATE * ops.minimum(1, progress / {warm_up}) * (1 + ops.cos(np.pi * progress)) / 2'''

MUON = '''class Muon(keras.optimizers.Adam):
    """Takes the weights of a layer as a matrix, and steps equally far in each of its directions.

    K. Jordan et al., 2024, https://kellerjordan.github.io/posts/muon. Biases are left to Adam.
    """

    def update_step(self, gradient, variable, learning_rate):
        if len(variable.shape) < 2:
            return super().update_step(gradient, variable, learning_rate)
        momentum = self._momentums[self._get_variable_index(variable)]
        kept = 0.95 * momentum + gradient
        self.assign(momentum, kept)
        step = orthogonal(ops.reshape(gradient + 0.95 * kept, (-1, variable.shape[-1])))
        length = 0.3 * max(step.shape) ** 0.5  # so that the steps are about as long as Adam's
        return self.assign_sub(variable, learning_rate * length * ops.reshape(step, variable.shape))


def orthogonal(matrix):
    """A matrix with the same singular vectors, and with singular values of about 1."""
    if matrix.shape[0] > matrix.shape[1]:
        return ops.transpose(orthogonal(ops.transpose(matrix)))
    matrix = matrix / (ops.norm(matrix) + 1e-7)
    for _ in range(5):
        square = ops.matmul(matrix, ops.transpose(matrix))
        matrix = 3.4445 * matrix + ops.matmul(-4.775 * square + 2.0315 * ops.matmul(square, square), matrix)
    return matrix'''


def model_code(settings: TrainingSettings, plan: Plan) -> str:
    """Lines that make the model that is fitted."""
    if settings.ordered:
        return EVERY_SIZE.format(loss=settings.loss)
    if settings.penalty == "contractive":
        return CONTRACTIVE
    if settings.penalty == "variational":
        return VARIATIONAL.format(values=plan.pixel_values)
    gated = isinstance(plan.decoder[-1], Gate)
    return PLAIN.format(code="[encoder(inputs), inputs]" if gated else "encoder(inputs)")


def optimizer_code(settings: TrainingSettings, steps: str) -> str:
    """Lines that end with an optimizer named `optimizer`.

    Args:
        settings: Of the run.
        steps: How many steps an epoch has, as an expression.
    """
    kind = "Muon" if settings.optimizer == "muon" else "keras.optimizers.Adam"
    parts = [MUON] if settings.optimizer == "muon" else []
    if settings.schedule == "constant":
        return "\n\n\n".join([*parts, f"optimizer = {kind}(RATE)"])
    lines = [f"steps = EPOCHS * {steps}", f"optimizer = {kind}(OneCycle(), beta_2={BETA_2})"]
    return "\n\n\n".join([*parts, ONE_CYCLE.format(warm_up=WARM_UP), "\n".join(lines)])
