"""What a student never sees: reference mathematics, exercises, misconceptions, assignments."""
