"""How mails speak: what they are for, who sends them, how they end. Nothing is judged here."""
