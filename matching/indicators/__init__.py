"""Read technical indicators in Chinese texts, with units and directions, and compare them."""
