"""Enterprise technology needs, 技术需求."""
