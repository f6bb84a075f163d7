"""Files of Correlates of War's diplomatic exchange, written row by row."""

HEADER = '"","ccode1","ccode2","year","DR_at_1","DR_at_2","period"\n'
