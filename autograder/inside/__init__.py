"""What runs in the student's process. It knows no answer, and imports nothing that does."""
