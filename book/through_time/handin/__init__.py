"""What `python -m through_time check` is made of: is a notebook fit to hand in, and what is to be mended."""
