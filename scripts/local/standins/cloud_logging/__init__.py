"""Cloud Logging, by gRPC and REST, and the agent that fills it."""
