"""Signing in by providers: real ones on loopback, honest and hostile."""
