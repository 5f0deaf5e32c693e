"""The process: listening socket, HTTP and WebSocket protocol, workers, logging."""
