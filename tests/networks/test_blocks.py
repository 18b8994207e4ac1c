from autoencoder.networks.blocks import Gate, Keep, PatchConvolution, ResidualGated


def test_keeping_adds_the_numbers_of_the_picture() -> None:
    layers = (PatchConvolution(5, 2),)
    assert Keep(layers, 2).output_shape((9, 10, 3)) == (5, 5, 5 + 12)
    assert Keep(layers, 2).parameters((9, 10, 3)) == (12 + 1) * 5


def test_a_gate_learns_a_painting_and_a_number_for_every_pixel() -> None:
    gate = Gate(2, (9, 10, 3), ())
    assert gate.kept == 12
    assert gate.parameters((5, 5, 6 + 12)) == (6 + 1) * (12 + 4)


def test_a_gated_layer_learns_two_numbers_for_each_of_a_dense_one() -> None:
    layer = ResidualGated(7)
    assert layer.output_shape((7,)) == (7,)
    assert layer.parameters((7,)) == 2 * (7 + 1) * 7
