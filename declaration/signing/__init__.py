"""Signatures over bytes and digests: statements, passkeys, CMS, timestamps, bundles, and their verification."""
