"""The history of the tables: `env` runs it, `versions` holds one step a file."""
