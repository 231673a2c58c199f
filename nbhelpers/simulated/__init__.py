"""The parts of the simulated season; nbhelpers/simulation.py puts them together."""
