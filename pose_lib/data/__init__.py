"""Where poses come from: one container, and one loader a data set."""
