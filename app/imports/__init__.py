"""Files of records, from untidy to stored."""
