"""Prompts that try to override the instructions or to read them, and models that obey them."""
