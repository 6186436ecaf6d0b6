"""People in motion, rendered by the package: the default data set, with nothing to download."""
