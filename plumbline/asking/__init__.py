"""The suite's own questions to a platform, over HTTP and sockets, and what the answers mean."""
