from ui.services.services import clearable_cache, forget_all


def test_the_latest_results_are_remembered_until_all_are_forgotten() -> None:
    asked: list[int] = []

    @clearable_cache(2)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [double(number) for number in (1, 2, 1, 3, 1, 2)] == [2, 4, 2, 6, 2, 4]
    assert asked == [1, 2, 3, 2]
    forget_all()
    assert double(2) == 4
    assert asked == [1, 2, 3, 2, 2]
