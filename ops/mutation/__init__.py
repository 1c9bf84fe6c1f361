"""Changes the SQL of the models a little, again and again, and counts how often a test notices."""
