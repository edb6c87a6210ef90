"""The text and its negotiation, pure: clauses, versions, differences, amendments, merging, positions."""
