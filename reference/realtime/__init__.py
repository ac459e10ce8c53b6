"""What the platform tells while it happens: notifications, their stream, the socket."""
