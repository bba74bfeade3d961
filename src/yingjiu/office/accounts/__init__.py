"""Who works in the office: organisations, users, roles, and what each may see."""
