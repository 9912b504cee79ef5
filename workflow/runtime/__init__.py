"""Making it happen: the one transaction, timers, notices, worker."""
