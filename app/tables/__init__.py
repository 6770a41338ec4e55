"""Tables that people upload: read in a process of their own, and their cells understood."""
