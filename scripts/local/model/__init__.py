"""The embedded model: SmolLM2-135M behind an OpenAI-compatible server, for stories without a key.

Runs under `.cache/model/bin/python`, where xllamacpp is, and imports nothing else of the project.
"""
