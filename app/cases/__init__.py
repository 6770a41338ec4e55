"""Cases: a closed match on one page, in plain language, with consent."""
