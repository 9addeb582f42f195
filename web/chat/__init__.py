"""Faces in chat tools."""
