"""The database and its one door: every public act is an entry, recorded and projected in one transaction."""
