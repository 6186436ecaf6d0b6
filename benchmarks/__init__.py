"""What the package must reach, measured beside independent yardsticks: ``python -m benchmarks [NAME ...]``.

A benchmark is a module with a function ``run() -> Iterator[dict]``; its name has ``-`` for ``_``.
"""
