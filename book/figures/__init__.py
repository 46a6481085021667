"""The code that draws the book's figures."""
