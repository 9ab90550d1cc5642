"""The stages that turn what a model wrote into a title and clean prose, while it still writes.

Each stage takes the text in pieces and gives what it can already stand by. However the same
text is cut into pieces, the outcome is the same: a stage decides on what is certain alone.
"""
