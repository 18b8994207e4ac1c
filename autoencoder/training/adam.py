"""Adam in one pass over the memory. Only worker processes import this module.

Keras' own writes the two means and the variable one after the other, and reads the gradient and the means anew for
each; what takes the time is the memory. D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR
2015, arXiv:1412.6980.
"""

from typing import Any

import keras
import tensorflow as tf


class Adam(keras.optimizers.Adam):
    """Keras' Adam with the same arithmetic and the same variables, a kernel of TensorFlow's for each variable."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Learn one variable from its gradient."""
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


def _handle(variable: Any) -> Any:
    """Return where TensorFlow keeps a variable of its own or of Keras'."""
    return (variable if isinstance(variable, tf.Variable) else variable.value).handle
