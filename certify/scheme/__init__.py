"""What it takes to be a certified SCORE trainer: data and pure functions, standard library only."""
