"""A `.keras` file as one that older versions of Keras open too. Keras is not imported here."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

CONFIG = "config.json"  # the member that says which layers there are
UNKNOWN_BEFORE = ("quantization_config", "input_axes", "output_axes")  # options that Keras 3.15 writes as null


def portable(content: bytes) -> bytes:
    """Return a `.keras` file without the options that versions before the one that wrote it refuse; 3.6 opens it.

    What is none is returned as it is.
    """
    buffer = BytesIO()
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            new.writestr(
                member, json.dumps(json.loads(text, object_hook=_older)) if member.filename == CONFIG else text
            )
    return buffer.getvalue()


def _older(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("class_name") == "Split":
        values["config"].pop("name", None)  # which the layer has all the same
    return {name: value for name, value in values.items() if value is not None or name not in UNKNOWN_BEFORE}
