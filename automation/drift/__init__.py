"""Compare what is seen with accepted baselines and name each difference."""
