"""Who may do what: the rule of every route, and the guard that holds it."""
