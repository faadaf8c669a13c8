"""How forms ask for mail: which questions are about it, what is tied to it, and who will send."""
