"""The library over HTTP: a table of its documents, uploads, removal, and the jobs that change it."""
