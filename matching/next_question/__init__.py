"""Which missing piece of a query is worth asking for, and what may be answered."""
