import pytest

from autoencoder.training.outlook import Trend, outlook
from autoencoder.training.run_state import Loss


def losses(*validation: float | None) -> list[Loss]:
    """One for each epoch, the first before any."""
    return [Loss(epoch, 9.0, value) for epoch, value in enumerate(validation)]


@pytest.mark.parametrize(
    ("later", "trend", "change", "lowest"),
    [
        ([4.0, 3.9, 3.8, 3.7, 3.6], Trend.FALLS, -0.1, 8),
        ([4.0, 3.9, 4.1, 4.1, 4.04], Trend.STEADY, 0.01, 5),
        ([4.0, 3.0, 4.1, 4.2, 4.4], Trend.RISES, 0.1, 5),
    ],
)
def test_it_is_what_the_second_half_did(later: list[float], trend: Trend, change: float, lowest: float) -> None:
    found = outlook(losses(99.0, 9.0, 8.0, 7.0, *later))
    assert found is not None
    assert (found.trend, found.epochs, found.lowest) == (trend, 4, lowest)
    assert found.change == pytest.approx(change)


def test_points_without_a_validation_do_not_count() -> None:
    assert outlook(losses(9.0, 8.0, 7.0, 6.0, 5.0, None, 4.0, None, 3.0)) == outlook(
        [loss for loss in losses(9.0, 8.0, 7.0, 6.0, 5.0, 9.0, 4.0, 9.0, 3.0) if loss.epoch not in (5, 7)]
    )


@pytest.mark.parametrize("few", [[], [9.0], [9.0, 8.0], [None] * 20])
def test_of_few_epochs_nothing_is_said(few: list[float | None]) -> None:
    assert outlook(losses(*few)) is None


def test_a_loss_of_nothing_does_not_change() -> None:
    found = outlook(losses(*[0.0] * 9))
    assert found is not None
    assert (found.trend, found.change) == (Trend.STEADY, 0.0)
