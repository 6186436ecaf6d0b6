"""A run, its results, the numbers of the papers, and the verdicts on their claims."""
