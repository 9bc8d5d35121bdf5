"""Tables that people send: read within bounds, matched to what a recipe asks, and given back with what came of each row."""
