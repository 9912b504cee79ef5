"""Signing in with an account of another house: OpenID Connect, the code flow with PKCE.

Law: what a provider says counts only as far as its signature, and the flow that this house began, prove it.
"""
