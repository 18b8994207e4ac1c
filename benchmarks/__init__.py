"""Benchmarks: what the app costs, each figure beside that of a peer measured in the same run.

python -m benchmarks [slider|first_paint|memory|ordered|throughput|runtime|…|classroom|queue|soak]
                     [--quick] [--full] [--json FILE]
"""
