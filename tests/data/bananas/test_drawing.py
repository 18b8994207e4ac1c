import numpy as np

from autoencoder.data.bananas.drawing import DICE, draw, eight_bits


def test_every_die_changes_the_picture() -> None:
    dice = np.random.default_rng(0).random((1, DICE))
    first = draw(dice, 48).pictures
    for number in range(DICE):
        other = dice.copy()
        other[0, number] = (dice[0, number] + 0.5) % 1
        assert (draw(other, 48).pictures != first).any(), f"die {number} changes nothing"


def test_the_corners_of_the_dice_can_be_drawn() -> None:
    dice = np.stack([np.zeros(DICE), np.full(DICE, np.nextafter(1, 0))])  # the last is 1 in float32
    drawing = draw(dice, 48)
    assert np.isfinite(drawing.pictures).all()
    assert drawing.fruit.any(axis=(1, 2)).all()


def test_the_skin_is_most_of_the_fruit() -> None:
    drawing = draw(np.random.default_rng(0).random((64, DICE)), 48)
    assert not (drawing.skin & ~drawing.fruit).any()
    part = drawing.skin.sum(axis=(1, 2)) / drawing.fruit.sum(axis=(1, 2))
    assert part.min() > 0.85
    assert part.max() < 1
    np.testing.assert_array_equal(drawing.fruit, drawing.coverage >= 0.5)


def test_pictures_of_two_sizes_show_the_same_banana() -> None:
    dice = np.random.default_rng(0).random((16, DICE))
    small, large = draw(dice, 32).pictures, draw(dice, 96).pictures
    shrunk = large.reshape(16, 32, 3, 32, 3, 3).mean(axis=(2, 4))
    assert np.abs(shrunk - small).mean() < 0.01


def test_eight_bits() -> None:
    values = np.array([-1, 0, 0.3, 0.5 / 255 + 1e-6, 1, 2], np.float32)
    np.testing.assert_array_equal(np.rint(eight_bits(values) * 255), [0, 0, 76, 1, 255, 255])
    assert eight_bits(values).dtype == np.float32
