"""Settings, database, errors, security, logs."""
