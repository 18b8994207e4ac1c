from autoencoder.rendering.chart import ChartData


def test_a_chart_without_a_title_is_called_by_its_axes() -> None:
    assert ChartData("Errors", "Bottleneck size", "Mean squared error", []).heading == "Errors"
    assert ChartData("", "Bottleneck size", "Error", []).heading == "Error against bottleneck size"
