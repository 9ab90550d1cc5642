"""OpenAI, and every server that speaks its API: a model that writes a story as a stream."""
