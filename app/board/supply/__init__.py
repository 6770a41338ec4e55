"""供需地图: industries in which needs find no achievements, and the reverse."""
