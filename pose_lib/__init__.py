"""Five papers on human pose estimation with deep networks: models, losses, metrics and data."""

__version__ = "0.1.0"
