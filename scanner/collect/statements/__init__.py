"""What people supply where no interface does."""
