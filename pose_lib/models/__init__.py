"""One file a paper, one a baseline: networks, their targets and their decoding."""
