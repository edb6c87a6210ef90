"""A summit of mayors drafts, negotiates, signs and publishes a common declaration, and anyone verifies it."""
