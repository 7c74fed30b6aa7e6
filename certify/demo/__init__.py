"""The demonstration world: people and cases that look real, played through the real moves."""
