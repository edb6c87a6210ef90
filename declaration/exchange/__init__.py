"""Bytes in, values out: the YAML and JSON that people write, with every limit named."""
