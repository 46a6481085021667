"""What stands behind the labelled equations, a module per chapter: label → (module.function, file::test)."""
