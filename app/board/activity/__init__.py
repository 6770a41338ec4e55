"""What liaisons did: contacts made, matches judged, dockings opened and signed; dockings that need somebody."""
