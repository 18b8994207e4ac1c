"""The app for these tests, see `tests.app_fixtures`."""

from tests.app_fixtures import *  # noqa: F403
