"""What is written in a PDF file, found without a library for it."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_BLOCK = re.compile(rb"\bBT\b(.*?)\bET\b", re.DOTALL)
_SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)


def text_of(pdf: bytes) -> str:
    """What is shown as type, in the order of the file: a line for each block of it, in Latin-1."""
    lines = []
    for stream in _STREAM.findall(pdf):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        for block in _BLOCK.findall(content):
            shown = b"".join(_SHOWN.findall(block))
            lines.append(re.sub(rb"\\(.)", rb"\1", shown).replace(b"\0", b"").decode("latin-1"))
    return "\n".join(lines)
