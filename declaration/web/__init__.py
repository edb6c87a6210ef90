"""The public record over HTTP."""
