"""The append-only record, pure: Merkle tree, tiles, signed checkpoints, and the kinds of entry."""
