import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data import own
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training import store as module
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store, TrainedModel
from tests.conftest import Exported
from tests.data.uploads.examples import make_photos
from tests.examples import make_pictures

pytestmark = pytest.mark.slow  # imports TensorFlow


def settings(seed: int) -> TrainingSettings:
    return TrainingSettings(bottleneck_size=12, seed=seed)


def keep(store: Store, seed: int, files: tuple[bytes, bytes], state: RunState = RunState.FINISHED) -> RunFolder:
    folder = store.folder(settings(seed).key)
    folder.create(settings(seed))
    folder.write_network(*files)
    folder.change_state(state)
    return folder


def use(folder: RunFolder, when: int) -> None:
    os.utime(folder.path, (when, when))


def there(store: Store, count: int) -> list[int]:
    return [seed for seed in range(count) if store.folder(settings(seed).key).exists()]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_loaded_network_rebuilds_pictures(store: Store, ordered_network: Exported) -> None:
    model = store.load(keep(store, 0, ordered_network.files))
    assert model.settings == settings(0)
    pictures = make_pictures(3, (8, 8, 1))
    network = CompiledNetwork(*ordered_network.files)
    np.testing.assert_array_equal(model.reconstruct(pictures), network.decode(network.encode(pictures)))
    np.testing.assert_array_equal(model.reconstruct(pictures, 2), network.decode(network.encode(pictures), 2))


def test_a_network_is_loaded_once_and_again_where_it_was_retrained(
    store: Store, ordered_network: Exported, exact_network: Exported
) -> None:
    folder = keep(store, 0, ordered_network.files)
    model = store.load(folder)
    assert store.load(folder) is model
    folder.write_network(*exact_network.files)
    retrained = store.load(folder)
    assert retrained is not model
    assert (model.network.ordered, retrained.network.ordered) == (True, False)
    assert store.load(folder) is retrained


def test_memory_holds_the_latest_network_only(store: Store, ordered_network: Exported) -> None:
    one, other = (keep(store, seed, ordered_network.files) for seed in range(2))
    model = store.load(one)
    assert store.load(one) is model
    store.load(other)
    assert store.load(one) is not model


def test_a_removed_run_is_forgotten_in_memory_too(store: Store, ordered_network: Exported) -> None:
    folder = keep(store, 0, ordered_network.files)
    model = store.load(folder)
    store.remove(settings(0).key)
    assert not folder.exists()
    with pytest.raises(DamagedRun):
        store.load(folder)
    assert store.load(keep(store, 0, ordered_network.files)) is not model


@pytest.mark.parametrize("name", ["encoder.tflite", "decoder.tflite", "settings.json", "manifest.json"])
@pytest.mark.parametrize("missing", [True, False], ids=["missing", "changed"])
def test_a_damaged_run_is_set_aside_and_can_be_trained_anew(
    store: Store, ordered_network: Exported, name: str, missing: bool
) -> None:
    folder = keep(store, 0, ordered_network.files)
    if missing:
        (folder.path / name).unlink()
    else:
        (folder.path / name).write_bytes(b"damage")
    with pytest.raises(DamagedRun, match="cannot be read"):
        store.load(folder)
    assert not folder.exists()
    assert store.finished() == []
    assert isinstance(store.load(keep(store, 0, ordered_network.files)), TrainedModel)


def test_whole_files_that_are_no_networks_are_set_aside(store: Store) -> None:
    with pytest.raises(DamagedRun, match="network cannot be read"):
        store.load(keep(store, 0, (b"not a network", b"neither")))
    assert there(store, 1) == []


def test_damaged_twice(store: Store) -> None:
    for _ in range(2):
        with pytest.raises(DamagedRun):
            store.load(keep(store, 0, (b"not a network", b"neither")))


def test_what_came_with_the_app_is_not_moved(store: Store, tmp_path: Path, ordered_network: Exported) -> None:
    shipped = RunFolder(tmp_path / "assets")
    shipped.create(settings(0))
    shipped.write_network(*ordered_network.files)
    (shipped.path / "encoder.tflite").write_bytes(b"damage")
    with pytest.raises(DamagedRun):
        store.load(shipped)
    assert shipped.exists()


def test_only_whole_trainings_are_finished(store: Store) -> None:
    for number, state in enumerate(RunState):
        keep(store, number, (b"encoder", b"decoder"), state)
    (keep(store, 99, (b"encoder", b"decoder")).path / "state.json").write_bytes(b"damage")
    finished = store.finished()
    assert [folder.snapshot().state for folder in finished] == [RunState.FINISHED]


def test_an_empty_store_has_no_runs(store: Store) -> None:
    assert store.finished() == []
    store.prune()
    assert not store.root.exists()


def test_the_runs_that_were_not_used_for_longest_go(tmp_path: Path) -> None:
    store = Store(tmp_path, most_runs=3)
    for seed, when in enumerate([50, 20, 40, 10, 30]):
        use(keep(store, seed, (b"encoder", b"decoder")), when)
    store.prune()
    assert there(store, 5) == [0, 2, 4]


def test_loading_is_a_use(tmp_path: Path, ordered_network: Exported) -> None:
    store = Store(tmp_path, most_runs=1)
    folders = [keep(store, seed, ordered_network.files) for seed in range(2)]
    for folder in folders:
        use(folder, 1)
    store.load(folders[0])
    store.prune()
    assert there(store, 2) == [0]


def test_the_bytes_on_disk_are_bounded(tmp_path: Path) -> None:
    store = Store(tmp_path, most_bytes=250_000)
    for seed in range(4):
        use(keep(store, seed, (bytes(60_000), bytes(40_000))), seed)
    store.prune()
    assert there(store, 4) == [2, 3]
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) <= 250_000


def test_what_somebody_looks_at_stays(tmp_path: Path) -> None:
    store = Store(tmp_path, most_runs=1)
    for seed in range(3):
        use(keep(store, seed, (b"encoder", b"decoder")), seed)
    store.prune(keep=[settings(0).key])
    assert there(store, 3) == [0, 2]


def test_damaged_runs_that_were_set_aside_are_bounded_too(tmp_path: Path) -> None:
    store = Store(tmp_path, most_bytes=250_000)
    for seed in range(4):
        with pytest.raises(DamagedRun):
            store.load(keep(store, seed, (bytes(60_000), bytes(40_000))))
    store.prune()
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) <= 250_000


# Runs on pictures of a session's own


@pytest.fixture
def own_settings() -> list[TrainingSettings]:
    """Of two sessions."""
    sources = [own.name_of(token * 32, "0" * 12) for token in "ab"]
    for source in sources:
        storage.save_dataset(
            own.set_folder(source), make_dataset(make_photos(3), UploadChoices(side=16, augment=False))[0]
        )
    return [TrainingSettings(source) for source in sources]


def keep_own(store: Store, settings: TrainingSettings) -> RunFolder:
    folder = store.folder(settings.key)
    folder.create(settings)
    folder.change_state(RunState.FINISHED)
    return folder


def test_runs_on_own_pictures_are_kept_beside_these(store: Store, own_settings: list[TrainingSettings]) -> None:
    upload_state, others = own_settings
    folder = keep_own(store, upload_state)
    assert folder.path.parent == own.session_folder("a" * 32) / "runs"
    assert not store.root.exists()
    assert store.finished(upload_state) == [folder]
    assert store.finished(others) == store.finished() == []
    store.remove(upload_state.key)
    assert not folder.path.exists()


def test_runs_of_each_session_are_bounded_by_themselves(
    store: Store, own_settings: list[TrainingSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_OWN_RUNS", 2)
    for settings_of_one in own_settings:
        for seed in range(4):
            use(keep_own(store, replace(settings_of_one, seed=seed)), seed + 1)
    store.prune(keep=[own_settings[0].key])  # of seed 0
    kept = [{folder.settings().seed for folder in store.finished(one)} for one in own_settings]
    assert kept == [{0, 2, 3}, {2, 3}]


def test_no_network_stays_in_memory_where_all_are_to_be_forgotten(store: Store, ordered_network: Exported) -> None:
    folder = keep(store, 0, ordered_network.files)
    model = store.load(folder)
    store.forget()
    assert store.load(folder) is not model
