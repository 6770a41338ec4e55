"""考核: what was absorbed by county, park and year, and who brought it about."""
