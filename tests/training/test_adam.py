import numpy as np
import pytest

from tests.training.test_muon import make, steps_of

pytestmark = pytest.mark.slow  # imports TensorFlow


@pytest.mark.parametrize("shape", [(9,), (12, 32), (3, 3, 8, 16)], ids=str)
@pytest.mark.parametrize("beta_2", [0.99, 0.999])
def test_it_learns_as_keras_has_it(shape: tuple[int, ...], beta_2: float) -> None:
    import keras

    from autoencoder.training.adam import Adam

    gradients = [scale * make(shape, seed) for seed, scale in enumerate((1.0, 1e-3, 100.0, 0.0, 1e-8))]
    steps, expected = (steps_of(kind(0.01, beta_2=beta_2), gradients) for kind in (Adam, keras.optimizers.Adam))
    # a variable of size 0.05 is rounded to 4e-9, and there are a few roundings more
    np.testing.assert_allclose(steps, expected, rtol=1e-5, atol=1e-8)


def test_a_checkpoint_of_keras_adam_goes_on_as_it() -> None:
    import keras

    from autoencoder.training.adam import Adam

    ours, theirs = Adam(0.01, name="adam"), keras.optimizers.Adam(0.01, name="adam")
    variables = [keras.Variable(make((4, 3)), name="weights") for _ in range(2)]
    for optimizer, variable in zip((ours, theirs), variables, strict=True):
        optimizer.build([variable])
    for seed in range(3):
        theirs.apply([keras.ops.convert_to_tensor(make((4, 3), seed))])
    assert [one.path for one in ours.variables] == [one.path for one in theirs.variables]
    variables[0].assign(variables[1])
    for variable, kept in zip(ours.variables, theirs.variables, strict=True):
        variable.assign(kept)
    for optimizer in (ours, theirs):
        optimizer.apply([keras.ops.convert_to_tensor(make((4, 3), 7))])
    mine, other = (np.asarray(one) for one in variables)
    np.testing.assert_allclose(mine, other, rtol=0, atol=1e-6)
