"""Two thin doors, http and cli: their words in, engine words out."""
