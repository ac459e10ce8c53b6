"""Who calls: users, passwords, sessions, cookies, login."""
