"""Tests of the engine, timers, notices and worker."""
