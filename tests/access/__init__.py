"""The proof of who may see and do what: matrix.yaml says it, everything here holds the service to it."""
