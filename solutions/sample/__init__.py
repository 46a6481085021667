"""The sample class: hand-ins made from recipes, one for each thing that happens in a real class."""

from solutions.sample.recipes import RECIPES

__all__ = ["RECIPES"]
