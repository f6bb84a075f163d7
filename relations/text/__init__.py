"""Text of names: transliteration, phonetics, comparison of persons."""
