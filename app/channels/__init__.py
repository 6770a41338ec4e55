"""Publishing to other platforms: redacted packages, differences, responses."""
