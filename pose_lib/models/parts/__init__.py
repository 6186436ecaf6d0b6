"""Layers and targets that the networks of several papers share."""
