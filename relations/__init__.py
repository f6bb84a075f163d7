"""Who may say what is true between two countries, and since when."""
