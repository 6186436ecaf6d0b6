"""Damaged inputs in great number: ``make fuzz`` tries them and prints a table."""
