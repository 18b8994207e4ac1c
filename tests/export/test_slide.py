import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from autoencoder.export.slide import wrap_parts


@given(st.lists(st.text("ab ", min_size=1, max_size=60).map(str.strip).filter(bool)), st.integers(20, 80))
def test_a_footer_keeps_its_words_and_breaks_between_its_parts(parts: list[str], letters: int) -> None:
    lines = wrap_parts(" · ".join(parts), letters).splitlines()
    assert all(len(line) <= letters and line.strip(" ·") == line for line in lines)
    assert " ".join(lines).replace("·", "").split() == " ".join(parts).split()


def test_importing_it_does_not_import_matplotlib() -> None:
    modules = ("slide", "figure", "chart_figure", "lesson_tables")
    script = f"import sys, {', '.join(f'autoencoder.export.{name}' for name in modules)}\n"
    script += "print('matplotlib' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )
