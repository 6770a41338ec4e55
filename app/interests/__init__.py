"""Interest of one side in the other: through the liaison, contacts after both sides agreed."""
