"""What a bare script needs of HTTP, WebSocket, Postgres, Redis and Chromium's pipe: sockets, and no library.

Only for the floors: each class speaks as much of its protocol as a measure needs, and fails loudly.
"""
