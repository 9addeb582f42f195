"""Slack: what comes in is kept in an inbox, acknowledged at once, and answered behind its back."""
