"""Finding the model that a name means, in ids that every provider writes in its own way."""
