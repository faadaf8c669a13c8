"""How privacy notices speak: which of their sentences say what. Nothing is judged here."""
