"""A folder for the path of a server: Python imports `sitecustomize` as it starts."""
