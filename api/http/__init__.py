"""The HTTP door (FastAPI)."""
