"""What has happened: rows, migrations and queries. Decides nothing."""
