import numpy as np

from autoencoder.data.bananas.drawing import (
    DICE,
    Positions,
    Shape,
    coverage_of,
    draw,
    eight_bits,
    find_positions,
    thickness_at,
    throw_pose,
    throw_shape,
)

COUNT, SIDE = 30, 48


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


def thrown() -> tuple[Shape, np.ndarray, np.ndarray, Positions]:
    throw = iter(np.random.default_rng(0).random((COUNT, 20)).astype(np.float32).T)
    shape = throw_shape(throw)
    x, y, _ = throw_pose(throw, shape, SIDE)
    return shape, x, y, find_positions(shape, x, y)


def interpolate(shape: Shape, banana: int, direction: int, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points of the spine after so many steps of equal length from its middle, by adding them up one by one."""
    bend = float((shape.tip_bend if direction > 0 else shape.stem_bend)[banana, 0, 0])
    half_length = float(shape.half_length[banana, 0, 0])
    heading = bend * np.minimum(steps / half_length, 1)
    length = np.diff(steps, prepend=0)
    return direction * np.cumsum(length * np.cos(heading)), np.cumsum(length * np.sin(heading))


def test_the_nearest_point_of_the_spine_is_found() -> None:
    shape, x, y, positions = thrown()
    near = np.abs(positions.across) < shape.thickness
    near &= np.abs(positions.along) < shape.half_length + shape.stem_length
    steps = np.linspace(0, 0.8, 1500)
    for banana in range(COUNT):
        towards_tip, towards_stem = interpolate(shape, banana, 1, steps), interpolate(shape, banana, -1, steps)
        points = np.concatenate([np.stack(towards_stem, -1)[::-1], np.stack(towards_tip, -1)])  # (3000, 2)
        along = np.concatenate([-steps[::-1], steps])
        pixels = np.stack([x[banana], y[banana]], axis=-1)[near[banana]]
        distances = np.linalg.norm(pixels[:, np.newaxis] - points, axis=2)
        np.testing.assert_allclose(np.abs(positions.across[banana][near[banana]]), distances.min(axis=1), atol=0.002)
        np.testing.assert_allclose(positions.along[banana][near[banana]], along[distances.argmin(axis=1)], atol=0.01)


def test_the_normal_is_where_the_pixel_is() -> None:
    shape, x, y, positions = thrown()
    normal_x, normal_y = positions.normal
    np.testing.assert_allclose(np.hypot(normal_x, normal_y), 1, atol=1e-4)
    foot = find_positions(shape, x - positions.across * normal_x, y - positions.across * normal_y)
    near = np.abs(positions.across) < shape.thickness
    np.testing.assert_allclose(foot.across[near], 0, atol=1e-4)


def test_a_banana_is_thick_in_the_middle_and_thin_at_its_ends() -> None:
    shape, *_ = thrown()
    along = np.linspace(-1, 1, 101, dtype=np.float32) * shape.half_length
    thickness = thickness_at(shape, Positions(along, along, (along, along)))[:, 0]  # (n, 101)
    assert (np.diff(thickness[:, :51]) > -0.0005).all()  # a fortieth of a pixel
    assert (np.diff(thickness[:, 50:]) < 0.0005).all()
    np.testing.assert_allclose(thickness[:, 50], shape.thickness[:, 0, 0], rtol=1e-5)
    np.testing.assert_allclose(thickness[:, 0], shape.stem_thickness[:, 0, 0], rtol=1e-5)
    assert (thickness[:, 90] > thickness[:, 10]).all()  # blunt towards the tip, slim towards the stem


def test_coverage_is_the_area_of_the_banana() -> None:
    shape, _, _, positions = thrown()
    covered = (
        coverage_of(shape, positions, thickness_at(shape, positions), softness=1 / SIDE).sum(axis=(1, 2)) / SIDE**2
    )
    ends = shape.stem_length, shape.tip_length
    along = np.linspace(-shape.half_length - ends[0], shape.half_length + ends[1], 2001)  # (2001, n, 1, 1)
    thickness = thickness_at(shape, Positions(along, along, (along, along)))
    area = np.trapezoid(2 * thickness, along, axis=0)[:, 0, 0]  # both sides of the spine, whatever its curve
    np.testing.assert_allclose(covered, area, rtol=0.05)


def test_the_light_comes_from_above_and_is_of_length_1() -> None:
    throw = iter(np.random.default_rng(0).random((COUNT, 20)).astype(np.float32).T)
    shape = throw_shape(throw)
    x, y, (light_x, light_y, light_z) = throw_pose(throw, shape, SIDE)
    np.testing.assert_allclose(np.square(light_x) + np.square(light_y) + np.square(light_z), 1, atol=1e-5)
    up_x, up_y = x[:, :1, :1] - x[:, 1:2, :1], y[:, :1, :1] - y[:, 1:2, :1]  # one pixel up, local
    assert (light_x * up_x + light_y * up_y > 0).all()
