"""What each kind of entry does to the tables: check against the present state, then write; one function a kind."""
