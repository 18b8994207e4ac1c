"""`python -m benchmarks`: measure everything, or what is named, and print it as tables."""

import argparse
import importlib
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from benchmarks.options import NO_MNIST, Options

NAMES = (
    "slider",
    "drawing",
    "first_paint",
    "first_picture",
    "memory",
    "estimates",
    "budget",
    "inside",
    "unfold",
    "pretrained",
    "ordered",
    "throughput",
    "runtime",
    "denoising",
    "anomalies",
    "uploads",
    "writing",
    "rates",
    "classroom",
    "queue",
    "soak",
)


def main() -> None:
    """Read the command line, measure, print each table as it is there."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that servers and browsers are ended
    arguments = _arguments()
    options = Options(arguments.quick, arguments.full, arguments.epochs, arguments.torch_python)
    machine = describe()
    print("\n".join(f"{name}: {value}" for name, value in machine.items()))
    if not options.has_mnist:
        print(NO_MNIST)
    kept: dict[str, Any] = {"machine": machine, "quick": options.quick, "benchmarks": {}}
    for name in arguments.names or NAMES:
        kept["benchmarks"][name] = _run(name, options)
        if arguments.json:
            arguments.json.write_text(json.dumps(kept, indent=1) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="|".join(NAMES), help="all of them where none is named")
    parser.add_argument("--quick", action="store_true", help="few repetitions, to see that everything works")
    parser.add_argument("--full", action="store_true", help="measure what is otherwise measured in part and scaled up")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every figure as JSON as well")
    parser.add_argument("--epochs", type=int, help="of all trainings of `ordered`, to see that it works")
    parser.add_argument("--torch-python", default=sys.executable, metavar="PYTHON", help="a Python that has PyTorch")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in NAMES:
            parser.error(f"Expected one of {', '.join(NAMES)}. Received: {name!r}.")
    return arguments


def _run(name: str, options: Options) -> dict[str, Any]:
    print(f"\n=== {name}", flush=True)
    begin = time.perf_counter()
    tables = []
    try:
        for table in importlib.import_module(f"benchmarks.{name}").measure(options):
            print(f"\n{table.to_text()}", flush=True)
            tables.append(table.to_json())
        error = None
    except Exception as failure:  # the others are measured all the same
        error = f"{type(failure).__name__}: {failure}"
        print(f"\nended early: {error}", flush=True)
    took = time.perf_counter() - begin
    print(f"\n({name} took {took:.0f} s)", flush=True)
    return {"tables": tables, "seconds": took, "error": error}


if __name__ == "__main__":
    main()
