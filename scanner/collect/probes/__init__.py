"""What can be seen of a deployment from outside."""
