"""Whatever the lesson says is to be expected is worked out here from the networks that come with the app."""

import sys
from functools import lru_cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.images.choosing import one_of_each
from autoencoder.images.mnist_sample import load
from autoencoder.images.noise import add_noise
from autoencoder.images.sources import get_source
from autoencoder.lessons.anomalies import Scored, damage_masks, is_abnormal, maps_of, rebuild, ripe_twins
from autoencoder.lessons.codes import codes_of, decode
from autoencoder.lessons.compression import Measured, principal_components
from autoencoder.lessons.denoising import TEST_SEED, table_of
from autoencoder.lessons.detection import Counts, auroc, count, threshold_for
from autoencoder.lessons.latent import knob_values, turn_knob, walk
from autoencoder.lessons.metrics import mean_squared_error
from autoencoder.lessons.rate_comparison import compare, strangers
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.store import TrainedModel
from pages.parts.lesson_plan import Step, begins, link, step_link
from pages.parts.lesson_plan_steps import HOMEWORK, STEPS
from pages.parts.lesson_plan_words import contents, step_in_words
from pages.parts.shared import PRETRAINED, PRETRAINED_ANOMALIES, PRETRAINED_DENOISER
from tests.pages.running import ROOT, App, address, words

TITLES = [step.title for step in STEPS]


@pytest.fixture
def claimed(request: pytest.FixtureRequest) -> str:
    """What the lesson says of what this test checks."""
    (step,) = [step for step in STEPS if request.node.originalname in step.checked_by]
    return f"{step.expect} {step.misunderstanding}"


# The plan itself


def test_the_minutes_add_up_to_a_lesson() -> None:
    assert sum(step.minutes for step in STEPS) == 45
    assert 8 <= len(STEPS) <= 10
    assert begins(STEPS)[:3] == [0, STEPS[0].minutes, STEPS[0].minutes + STEPS[1].minutes]


def test_every_claim_names_tests_that_are_here() -> None:
    here = {name for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert {name for step in STEPS for name in step.checked_by} <= here


def test_a_step_without_minutes_or_tests_is_none() -> None:
    for minutes, tests in ((0, ("test_x",)), (3, ())):
        with pytest.raises(ValueError, match="Expected a step of at least a minute, with tests"):
            Step(minutes, "A title", "bottleneck", {}, "", "", "", tests)


def test_links_say_page_state_and_view() -> None:
    assert link("", {}) == "./"
    assert link("latent", {"numbers": "2", "section": "walk"}) == "latent?numbers=2&section=walk"
    assert step_link(STEPS[0], presenting=False) == "./?size=8"
    assert step_link(STEPS[1], presenting=True) == "bottleneck?size=1&hide=settings.choices&present=1"


def test_a_step_in_words_has_all_its_parts() -> None:
    said = step_in_words(STEPS[0])
    assert all(part in said for part in (STEPS[0].show, STEPS[0].question, STEPS[0].expect, STEPS[0].misunderstanding))
    assert "misunderstanding" not in step_in_words(next(step for step in STEPS if not step.misunderstanding))
    assert contents(STEPS).splitlines()[-1] == "| 45 | End | 45 min |"


def first_page(said: dict[str, str]) -> AppTest:
    """A new tab whose address says this of the first page, before anything has run."""
    tab = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    for name, text in said.items():
        tab.query_params[name] = text
    return tab.run()


STATES = [(step.page, step.parameters) for step in STEPS] + [(task.page, task.parameters) for task in HOMEWORK]


@pytest.mark.parametrize(("page", "parameters"), STATES, ids=TITLES + [f"task {n + 1}" for n in range(len(HOMEWORK))])
def test_a_link_opens_its_page_in_its_state(app: App, no_mnist: object, page: str, parameters: dict[str, str]) -> None:
    said = {**parameters, "present": "1", "hide": "settings.choices"}
    tab = app.open(f"pages/{page}.py", **said) if page else first_page(said)
    assert not tab.exception
    assert "in the address to be" not in words(tab)
    assert address(tab, "present") == "1"
    assert set(parameters) <= tab.session_state["address"].drawn
    for name, text in parameters.items():  # what is as it is at first is not written
        assert address(tab, name) in (text, None)
    if "size" in parameters and page == "bottleneck":
        assert tab.slider(key="size").value == int(parameters["size"])


# What is expected


@lru_cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Test pictures and labels, training pictures as rows and labels."""
    pictures = load()
    assert pictures.test_labels is not None
    assert pictures.train_labels is not None
    return pictures.test, pictures.test_labels, pictures.train.reshape(len(pictures.train), -1), pictures.train_labels


@lru_cache
def squeezer() -> CompiledNetwork:
    return CompiledNetwork(*PRETRAINED.network())


@lru_cache
def squeezed(size: int) -> np.ndarray:
    """The test digits through the bottleneck."""
    return squeezer().decode(squeezer().encode(digits()[0]), size)


def closest(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The label of the training digit that is closest to each picture, and its squared distance."""
    _, _, train, labels = digits()
    rows = pictures.reshape(len(pictures), -1).astype(np.float64)
    away = np.square(rows).sum(axis=1)[:, np.newaxis] + np.square(train).sum(axis=1) - 2 * rows @ train.T
    return labels[away.argmin(axis=1)], away.min(axis=1)


def read_right(pictures: np.ndarray) -> np.ndarray:
    """Which pictures of the test digits are read as what they are: bool (297,)."""
    return closest(pictures)[0] == digits()[1]


def test_eight_numbers_are_enough_to_read_by(claimed: str) -> None:
    test = digits()[0]
    assert (len(digits()[2]), test[0].size) == (1500, 784)
    assert f"reads {read_right(squeezed(8)).sum()} of the {len(test)} rebuilt test digits right" in claimed
    assert f"{read_right(test).sum()} of the originals" in claimed


def test_nothing_comes_back_the_same(claimed: str) -> None:
    test = digits()[0]
    assert mean_squared_error(test, squeezed(8)).min() > 1e-4
    codes = squeezer().encode(test)
    ranges = knob_values(codes)
    for number in range(8):
        for code in codes[:30]:
            pictures = squeezer().decode(turn_knob(code, number, ranges[number]), 8)
            assert (np.ptp(pictures, axis=0) > 0.1).sum() >= 100
    assert "at least 100 pixels change by more than a tenth" in claimed


@pytest.mark.slow
def test_how_many_digits_can_be_read_at_each_size(claimed: str) -> None:
    right = {size: int(read_right(squeezed(size)).sum()) for size in (1, 2, 4, 8)}
    assert f"With 1 number, {right[1]} of the 297" in claimed
    assert f"With 2 it is {right[2]}, with 4 it is {right[4]}, with 8 it is {right[8]}." in claimed
    labels = digits()[1]
    share = [read_right(squeezed(1))[labels == digit].mean() for digit in range(10)]
    assert min(share[0], share[7]) > 0.9
    assert share[2] == 0


@pytest.mark.slow
def test_the_network_is_ahead_of_pca_up_to_24_numbers(claimed: str) -> None:
    test, _, train, _ = digits()
    rows = test.reshape(len(test), -1)
    mean, components = principal_components(train[:, np.newaxis, :, np.newaxis], 64)

    def pca(size: int) -> float:
        kept = components[:, :size]
        return float(np.square((rows - mean) @ kept @ kept.T + mean - rows).mean())

    def own(size: int) -> float:
        return float(mean_squared_error(test, squeezed(size)).mean())

    assert f"error is {own(8):.4f} and PCA's {pca(8):.4f}" in claimed
    assert own(8) < pca(8) / 2
    measured = Measured.of(PRETRAINED)
    assert measured is not None
    assert measured.pca_needs(8) == 16  # the next size that the page knows
    needed = next(size for size in range(8, 65) if pca(size) <= own(8))
    assert f"PCA needs {needed} numbers to do as well" in claimed
    assert all(own(size) < pca(size) for size in (1, 2, 4, 8, 12, 16))
    assert all(own(size) > pca(size) for size in (24, 32, 48, 64))
    assert pca(64) < 1e-4


@pytest.mark.slow
def test_fewer_bytes_than_webp_for_digits(claimed: str) -> None:
    known = compare(PRETRAINED, PRETRAINED.network_version(), (0,), False)
    best = known.best_classical("sheet", 8)
    assert best is not None
    assert f"With 8 bytes a picture the code reaches {known.psnr_at(8):.1f} dB" in claimed
    assert f"{best[0]} needs {best[1]:.0f} bytes for that, {best[1] / 8:.1f} times as many" in claimed
    assert f"the decoder of {known.stored_bytes / 1e6:.1f} MB" in claimed


@pytest.mark.slow
def test_worse_than_webp_for_bananas(claimed: str) -> None:
    strange = compare(PRETRAINED, PRETRAINED.network_version(), (0,), True)
    smallest = min(strange.classical["sheet"]["webp"].points, key=lambda point: point.rate)
    assert f"64 bytes bring back {strange.psnr_at(64):.1f} dB" in claimed
    assert f"WebP at its smallest gives {smallest.psnr:.1f} dB with {smallest.rate:.0f} bytes" in claimed


def test_bananas_come_back_closer_to_a_digit(claimed: str) -> None:
    _, bananas = strangers("digits", (28, 28, 1))
    rebuilt = squeezer().decode(squeezer().encode(bananas), 64)
    from_banana = np.square(rebuilt - bananas).sum(axis=(1, 2, 3))
    assert (closest(rebuilt)[1] < from_banana).all()
    assert f"All of {len(bananas)} bananas" in claimed
    times = from_banana.mean() / 784 / mean_squared_error(digits()[0], squeezed(64)).mean()
    assert f"{times:.0f} times that of digits" in claimed


def test_neighbours_among_two_numbers_are_mostly_the_same_digit(claimed: str) -> None:
    codes, labels = squeezer().encode(digits()[0])[:, :2], digits()[1]
    away = np.square(codes[:, np.newaxis] - codes).sum(axis=2)
    np.fill_diagonal(away, np.inf)
    same = (labels[away.argmin(axis=1)] == labels).sum()
    assert f"nearest neighbour of {same} of the {len(labels)} points" in claimed


def test_the_middle_of_a_walk_is_more_like_a_digit_than_fading(claimed: str) -> None:
    model, pictures = TrainedModel(PRETRAINED.settings(), squeezer()), load(test_only=True)
    codes = codes_of(model, pictures, 2).values
    places = one_of_each(pictures.test_labels, len(codes)).tolist()
    pairs = [(first, second) for first in places for second in places if first < second]
    ways = np.concatenate([walk(codes[first], codes[second], 3) for first, second in pairs])
    start, middle, end = decode(model, ways).reshape(len(pairs), 3, 28, 28, 1).swapaxes(0, 1)
    nearer = closest(middle)[1] < closest((start + end) / 2)[1]
    assert f"Of the {len(pairs)} pairs of the first 0 to 9" in claimed
    assert f"than the faded one in {nearer.sum()}." in claimed


@lru_cache
def rotten() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rotten test bananas, their ripe twins, and what the network makes of them."""
    pictures, settings = get_source("bananas").load(test_only=True), PRETRAINED_ANOMALIES.settings()
    twins = ripe_twins("bananas")
    assert pictures.test_labels is not None
    assert twins is not None
    abnormal = is_abnormal(pictures.test_labels, settings)
    shown = pictures.test[abnormal]
    network = CompiledNetwork(*PRETRAINED_ANOMALIES.network())
    return shown, twins[abnormal], rebuild(network, settings, shown, settings.bottleneck_size)


@pytest.mark.slow
def test_rotten_bananas_come_back_ripe(claimed: str) -> None:
    shown, twins, rebuilt = rotten()
    before, after = mean_squared_error(twins, shown), mean_squared_error(twins, rebuilt)
    assert f"All {len(shown)} rotten test bananas come back closer to their ripe twin" in claimed
    assert (after < before).all()
    assert round(10 * after.mean() / before.mean()) == 1
    assert PRETRAINED_ANOMALIES.settings().noise == "stains"


def test_the_maps_light_up_where_the_rot_is(claimed: str) -> None:
    shown, _, rebuilt = rotten()
    masks = damage_masks("bananas")
    assert masks is not None
    masks = masks[masks.any(axis=(1, 2))]
    maps = maps_of(shown, rebuilt, np.zeros(shown.shape[1:3], np.float32), "strongest")
    assert f"{1000 * auroc(maps.ravel(), masks.ravel()):.0f} times in 1,000" in claimed


def judged(score: str, false_alarms: float) -> Counts:
    scored = Scored.of(PRETRAINED_ANOMALIES)
    assert scored is not None
    labels = get_source("bananas").load(test_only=True).test_labels
    assert labels is not None
    scores = scored.test[score][0]
    abnormal = is_abnormal(labels[: len(scores)], PRETRAINED_ANOMALIES.settings())
    return count(scores, abnormal, threshold_for(scored.held_out[score][0], false_alarms))


def test_what_each_threshold_finds_and_costs(claimed: str) -> None:
    none, few, half = (judged("absolute", share) for share in (0.0, 0.05, 0.5))
    assert f"finds {none.true_positives} of the 500 rotten bananas" in claimed
    assert f"accepting 5 % finds {few.true_positives}" in claimed
    assert half.recall == 1
    assert f"calls {half.false_positives} of the 500 ripe ones rotten" in claimed


def test_another_score_makes_no_mistake(claimed: str) -> None:
    counts = judged("strongest", 0.0)
    assert (counts.true_positives, counts.false_positives) == (500, 0)
    scored = Scored.of(PRETRAINED_ANOMALIES)
    labels = get_source("bananas").load(test_only=True).test_labels
    assert scored is not None
    assert labels is not None
    value = auroc(scored.test["absolute"][0], is_abnormal(labels, PRETRAINED_ANOMALIES.settings()))
    assert f"AUROC {value:.3f}" in claimed


def denoised(kind: str, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The test digits with noise, and what the network makes of them."""
    noisy = add_noise(digits()[0], kind, level, TEST_SEED)
    network = CompiledNetwork(*PRETRAINED_DENOISER.network())
    return noisy, network.decode(network.encode(noisy))


def psnr(pictures: np.ndarray) -> float:
    return float(-10 * np.log10(mean_squared_error(digits()[0], pictures)).mean())


def test_noise_is_taken_away(claimed: str) -> None:
    noisy, clean = denoised("gaussian", 0.4)
    assert f"from {psnr(noisy):.1f} to {psnr(clean):.1f} dB" in claimed
    times = mean_squared_error(digits()[0], noisy).mean() / mean_squared_error(digits()[0], clean).mean()
    assert f"{times:.0f} times smaller" in claimed
    assert f"({psnr(denoised('gaussian', 0)[1]):.1f} dB)" in claimed
    table = table_of(PRETRAINED_DENOISER, "gaussian")
    assert table is not None
    assert table.after[4].psnr == pytest.approx(psnr(clean), abs=0.01)  # the page shows the same


def test_a_clean_picture_is_not_always_a_true_one(claimed: str) -> None:
    wrong = ~read_right(denoised("gaussian", 1)[1])
    assert f"{wrong.sum()} of {len(wrong)} are then read as another digit" in claimed


def test_untaught_noise_stays(claimed: str) -> None:
    noisy, painted = denoised("patch", 0.5)
    assert f"at 0.5 from {psnr(noisy):.1f} to {psnr(painted):.1f} dB" in claimed
    assert psnr(painted) < psnr(denoised("gaussian", 0.5)[1]) - 5


def test_the_page_has_every_step_with_its_link(app: App, no_mnist: object) -> None:
    tab = app.open("pages/teacher.py")
    assert not tab.exception
    links = {element.proto.label: element.proto.url for element in tab.get("link_button")}
    assert [links[f"Open step {number + 1}"] for number in range(len(STEPS))] == [
        step_link(step, presenting=True) for step in STEPS
    ]
    tab.toggle(key="presenting").set_value(False).run()
    links = {element.proto.label: element.proto.url for element in tab.get("link_button")}
    assert links["Open step 2"] == "bottleneck?size=1&hide=settings.choices"
    said = words(tab)
    assert all(step.question in said and step.expect in said for step in STEPS)
    assert all((ROOT / "pages" / f"{page or 'idea'}.py").is_file() for page, _ in STATES)
