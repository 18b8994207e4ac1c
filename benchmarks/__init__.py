"""Benchmarks: what the app costs, each figure beside that of a peer measured in the same run.

python -m benchmarks [NAME …] [--quick] [--full] [--json FILE]
python -m benchmarks --help                                      # which names there are
"""
