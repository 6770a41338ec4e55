"""Split a query into clauses, a document into sentences, and say which sentence shows a clause."""
