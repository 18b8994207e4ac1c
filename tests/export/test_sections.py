import ast

from autoencoder.export.sections import WIDTH, Section, as_script, imports_of

LONG = "Words that say what is done here and why, and that are too many for one line of a comment, so they are wrapped."
PARTS = [
    Section("First", LONG, "inputs = keras.Input((os.cpu_count(),))\nx = layers.Flatten()(ops.abs(inputs))"),
    Section("Then", "", "def double(x):\n    return 2 * np.asarray(x)"),
]


def test_what_is_imported_is_what_is_used() -> None:
    code = "\n".join(part.code for part in PARTS)
    assert imports_of(code) == "import os\n\nimport keras\nimport numpy as np\nfrom keras import layers, ops"
    assert imports_of("x = np.zeros(3)  # tfs, layersable, plt") == "import numpy as np"
    assert imports_of("y = layers.Dense(3)") == "from keras import layers"
    assert imports_of("drops.sum()") == ""


def test_a_script_has_its_parts_in_their_order_under_comments() -> None:
    text = as_script("What it is.", PARTS)
    tree = ast.parse(text)
    assert ast.get_docstring(tree) == "What it is."
    assert text.index("# First.") < text.index("inputs =") < text.index("# Then.") < text.index("def double")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert max(map(len, comments)) <= WIDTH
    assert LONG in " ".join(line.removeprefix("# ") for line in comments)
