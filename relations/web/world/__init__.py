"""The world map: borders of Natural Earth, projected once into an SVG of our own."""
