"""The service: people, records, permissions and transactions around the engine."""
