"""Checks: the faces of expected answers, at the command line, in pytest and in what CI shows."""
