"""The kinds of records, and who may see them: what every noun stands on."""
