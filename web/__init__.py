"""The faces: command line, JSON over HTTP, and pages. Everything here ends in `Bot.ask`."""
