"""Anomalies at the app's default settings: two classes of few pictures of one's own, MNIST class by class, and bananas.

Everything is learned from normal pictures, and every setting was chosen on training pictures, or on bananas of other
seeds; what is printed was judged on others. Bananas are judged by the networks that come with the app. Seconds are
those of building, compiling and learning, without importing TensorFlow. Each training has a fresh process.
"""

import time
from collections.abc import Iterator
from itertools import product
from statistics import mean, median
from typing import Any

from benchmarks.fresh import once
from benchmarks.options import NO_MNIST, Options
from benchmarks.table import Cell, Table, skipped

SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)
DIGITS = tuple(range(10))
PAIRS = ((0, 6), (1, 7), (2, 7), (3, 5), (3, 8), (4, 9), (5, 8), (7, 9), (8, 3), (9, 4))  # what is normal, and what not
PUBLISHED = "Published on this protocol: Deep SVDD 0.948, OCGAN 0.975 (mean AUROC)."


def measure(options: Options) -> Iterator[Table]:
    """Pairs of digits as one's own pictures, MNIST with one class normal, with all but one, and bananas."""
    digits = DIGITS[:2] if options.quick else DIGITS
    yield _pairs(PAIRS[:2] if options.quick else PAIRS)
    yield _one_class("mnist_sample", "the MNIST sample", "1,000", digits)
    if options.has_mnist:
        yield _one_class("mnist", f"MNIST. {PUBLISHED}", "10,000", digits)
        sizes = (once(judge_mnist, normal=[0], bottleneck=bottleneck) for bottleneck in ("ordered", "open"))
        yield _sizes(*sizes)
        others = [once(judge_mnist, normal=[other for other in DIGITS if other != digit], epochs=2) for digit in digits]
        yield _by_digit("All classes of MNIST normal but one; two epochs", "10,000", digits, others, None)
    else:
        yield skipped("Anomalies of the full MNIST", NO_MNIST)
    for name, title in (("anomalies", "through a bottleneck"), ("repair", "repaired")):
        yield from _bananas(title, once(judge_bananas, name=name, pictures=options.count(300, 50)))


def _pairs(pairs: tuple[tuple[int, int], ...]) -> Table:
    found = [once(judge_pair, normal=normal, abnormal=abnormal) for normal, abnormal in pairs]
    ahead = [one["default"] - max(one["PCA, squared"], one["PCA, SSIM"]) for one in found]
    rows: list[tuple[Cell, ...]] = [
        (f"{normal}, not {other}", *one.values()) for (normal, other), one in zip(pairs, found, strict=True)
    ]
    rows.append(("mean", *(mean(one[name] for one in found) for name in found[0])))
    note = f"Ahead of the better PCA by {mean(ahead):.3f} on average, from {min(ahead):.3f} to {max(ahead):.3f}."
    title = "Two digits of 300 pictures each as one's own: 240 to train on, 60 and 60 to test with; AUROC"
    return Table(title, ("normal", *found[0]), rows, [note])


def _one_class(source: str, title: str, test_pictures: str, digits: tuple[int, ...]) -> Table:
    runs = [once(judge_mnist, source=source, normal=[digit]) for digit in digits]
    pca = list(once(judge_pca, source=source, digits=list(digits)))
    return _by_digit(f"One class normal, the other nine abnormal, on {title}", test_pictures, digits, runs, pca)


def _sizes(ordered: dict[str, Any], without: dict[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, *values, without["by_size"][name][0]) for name, values in ordered["by_size"].items()
    ]
    columns = ("score", *(str(size) for size in ordered["sizes"]), f"none: {without['sizes'][0]:,}")
    return Table("MNIST, 0 normal, learned without noise: AUROC by bottleneck size, and without one", columns, rows)


def _bananas(title: str, by_size: dict[str, dict[str, Any]]) -> Iterator[Table]:
    shares, widest = [f"{share:.0%}" for share in SHARES], list(by_size)[-1]
    for name, about in (
        ("auroc", "AUROC per picture, ripe test bananas against rotten ones of this kind and share"),
        ("pixel_auroc", "AUROC per pixel, against the exact masks"),
        ("ratio", "Mean squared error of reconstruction and ripe twin / of rotten banana and ripe twin"),
    ):
        found = by_size[widest][name]
        rows: list[tuple[Cell, ...]] = [(kind, *values, mean(values)) for kind, values in found.items()]
        rows.append(("mean", *_by_share(found), mean(_by_share(found))))
        yield Table(f"Bananas, {title}, {int(widest):,} numbers: {about}", ("damage", *shares, "mean"), rows)
        if len(by_size) > 1:
            rows = [(size, *_by_share(one[name])) for size, one in by_size.items()]
            yield Table(f"The same by bottleneck size, mean over the kinds of damage: {name}", ("size", *shares), rows)


def _by_share(found: dict[str, list[float]]) -> list[float]:
    """The means over the kinds of damage, for every share."""
    return [mean(values) for values in zip(*found.values(), strict=True)]


def _by_digit(
    title: str, test_pictures: str, digits: tuple[int, ...], runs: list[dict[str, Any]], pca: list[float] | None
) -> Table:
    scores = list(runs[0]["auroc"])
    rows: list[tuple[Cell, ...]] = []
    for place, (digit, run) in enumerate(zip(digits, runs, strict=True)):
        rows.append((str(digit), *run["auroc"].values(), pca[place] if pca else None, run["seconds"]))
    means = [mean(run["auroc"][score] for run in runs) for score in scores]
    rows.append(("mean", *means, mean(pca) if pca else None, median(run["seconds"] for run in runs)))
    columns = ("digit", *scores, "PCA, 32 numbers", "s (last row: median)")
    return Table(f"{title} AUROC on all {test_pictures} test pictures", columns, rows)


# In processes of their own


def judge_bananas(name: str, pictures: int) -> Iterator[dict[int, dict[str, Any]]]:
    """Judge a network that comes with the app, at its sizes, on so many bananas, ripe and of each damage and share."""
    import numpy as np

    from autoencoder.analysis.anomalies import DEFAULT_SCORE, SCORES, maps_of, rebuild, scored_sizes
    from autoencoder.analysis.detection import auroc
    from autoencoder.data.bananas import bananas
    from autoencoder.networks.compiled import CompiledNetwork
    from autoencoder.training.run_folder import RunFolder
    from benchmarks.assets import FOLDER

    folder, score = RunFolder(FOLDER / name), DEFAULT_SCORE["bananas"]
    network, settings = CompiledNetwork(*folder.network(), threads=2), folder.settings()

    def look(shown: Any, size: int) -> tuple[Any, Any, Any]:
        rebuilt = rebuild(network, settings, shown, size)
        maps = maps_of(shown, rebuilt, np.zeros(shown.shape[1:3]), score)
        return rebuilt, maps, SCORES[score].of(maps)

    sizes, ripe = scored_sizes(settings), bananas.ripe(pictures, seed=101)
    normal = {size: look(ripe, size)[-1] for size in sizes}
    answer: dict[int, dict[str, Any]] = {size: {"auroc": {}, "pixel_auroc": {}, "ratio": {}} for size in sizes}
    for kind, share in product(bananas.DAMAGES, SHARES):
        rotten = bananas.rotten(pictures, 102, damage=kind, share=share)
        damage = np.square(rotten.pictures - rotten.twins).sum()
        for size in sizes:
            rebuilt, maps, scores = look(rotten.pictures, size)
            found = {
                "auroc": auroc(np.concatenate([normal[size], scores]), np.repeat([False, True], pictures)),
                "pixel_auroc": auroc(maps.ravel(), rotten.masks.ravel()),
                "ratio": float(np.square(rebuilt - rotten.twins).sum() / damage),
            }
            for figure, value in found.items():
                answer[size][figure].setdefault(kind, []).append(value)
    yield answer


def judge_mnist(
    normal: list[int], source: str = "mnist", epochs: int | None = None, bottleneck: str | None = None
) -> Iterator[dict[str, Any]]:
    """Train on these classes; judge on all the test pictures.

    Args:
        normal: The labels of the normal classes.
        source: The MNIST sample or the full set.
        epochs: By default as in the app.
        bottleneck: None for the default settings; "ordered" or "open" for a network without noise that answers for
            every size, or that has no bottleneck.
    """
    from dataclasses import replace

    from autoencoder.analysis.anomalies import DEFAULTS, score
    from autoencoder.analysis.detection import auroc
    from autoencoder.data.sources import get_source

    settings = replace(DEFAULTS[source], normal_classes=tuple(normal))
    if bottleneck is not None:
        network = "denoiser" if bottleneck == "open" else "dense"
        settings = replace(settings, network=network, bottleneck=bottleneck, bottleneck_size=64, noise="none")
    compiled, settings, seconds = _train(settings, epochs)
    anomaly_scores = score(compiled, settings, most_test=10_000)
    abnormal = _abnormal(get_source(source).load(test_only=True).test_labels, normal)
    by_size = {name: [auroc(row, abnormal) for row in rows] for name, rows in anomaly_scores.test.items()}
    first = {name: values[0] for name, values in by_size.items()}
    yield {"seconds": seconds, "auroc": first, "by_size": by_size, "sizes": list(anomaly_scores.sizes)}


def judge_pair(normal: int, abnormal: int) -> Iterator[dict[str, float]]:
    """Judge the default detector of one's own pictures on two digits, beside PCA with 32 numbers and two detectors."""
    import numpy as np
    from sklearn.decomposition import PCA
    from sklearn.ensemble import IsolationForest
    from sklearn.svm import OneClassSVM

    from autoencoder.analysis.anomalies import SCORES, default_score, default_settings, score
    from autoencoder.analysis.detection import auroc
    from autoencoder.data import sources
    from autoencoder.data.image_dataset import ImageDataset

    digits = sources.get_source("mnist_sample").load()
    some = [digits.train[np.flatnonzero(digits.train_labels == digit)[:300]] for digit in (normal, abnormal)]
    train, test = (np.concatenate([one[part] for one in some]) for part in (slice(240), slice(240, 300)))
    labels = np.repeat([0, 1], 60)
    pair = ImageDataset(train, test, np.repeat([0, 1], 240), labels, ("normal", "abnormal"))
    source = sources.Source("Two digits", "", pair.shape, len(train), pair.class_names, lambda **_: pair)
    sources.SOURCES = {**sources.SOURCES, "pair": source}
    network, settings, seconds = _train(default_settings("pair"), None)
    found = {"default": score(network, settings).test[default_score(settings)][0]}
    learned, shown = train[:240].reshape(240, -1), test.reshape(len(test), -1)
    pca = PCA(32, svd_solver="full").fit(learned)
    rebuilt = pca.inverse_transform(pca.transform(shown)).reshape(test.shape)
    for title, name in (("PCA, squared", "squared"), ("PCA, SSIM", "structural")):
        found[title] = SCORES[name].of(SCORES[name].difference_map(test, rebuilt, np.zeros(pair.shape[:2])))
    found["OneClassSVM"] = -OneClassSVM().fit(learned).score_samples(shown)
    found["IsolationForest"] = -IsolationForest(random_state=0).fit(learned).score_samples(shown)
    yield {name: auroc(scores, labels == 1) for name, scores in found.items()} | {"s": seconds}


def judge_pca(source: str, digits: list[int]) -> Iterator[list[float]]:
    """The squared error of scikit-learn's PCA with 32 numbers, fitted to one class at a time."""
    import numpy as np
    from sklearn.decomposition import PCA

    from autoencoder.analysis.detection import auroc
    from autoencoder.data.sources import get_source

    pictures = get_source(source).load()
    train, test = (part.reshape(len(part), -1) for part in (pictures.train, pictures.test))
    answer = []
    for digit in digits:
        pca = PCA(32, random_state=0).fit(train[pictures.train_labels == digit])
        errors = np.square(pca.inverse_transform(pca.transform(test)) - test).mean(axis=1)
        answer.append(auroc(errors, _abnormal(pictures.test_labels, [digit])))
    yield answer


def _train(settings: Any, epochs: int | None) -> tuple[Any, Any, float]:
    """The network as the pages have it, its settings, and the seconds."""
    from dataclasses import replace

    import autoencoder.training.trainer as trainers
    from autoencoder.data.sources import get_source
    from autoencoder.networks.compiled import CompiledNetwork

    settings = settings if epochs is None else replace(settings, epochs=epochs)
    pictures = get_source(settings.source).load()
    begin = time.perf_counter()
    trainer = trainers.Trainer(settings, pictures)
    while trainer.step < trainer.total_steps:
        trainer.advance(trainer.steps_per_epoch)
    seconds = time.perf_counter() - begin
    return CompiledNetwork(*trainer.export(), threads=2), settings, seconds


def _abnormal(labels: Any, normal: list[int]) -> Any:
    import numpy as np

    return ~np.isin(labels, normal)
