"""Tables: the schema of the journal's file, and how older files of it are brought forward."""

MIGRATIONS = (
    """
CREATE TABLE questions (
    id TEXT PRIMARY KEY, asked_at TEXT NOT NULL, face TEXT NOT NULL, conversation TEXT NOT NULL,
    question TEXT NOT NULL, resolved TEXT, answered INTEGER NOT NULL, text TEXT, confidence REAL NOT NULL,
    reason TEXT, place TEXT, near TEXT NOT NULL, took_ms INTEGER NOT NULL
);
CREATE INDEX questions_by_time ON questions (asked_at);
CREATE INDEX questions_of_conversation ON questions (conversation, asked_at);
CREATE TABLE votes (
    question_id TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    voter TEXT NOT NULL, good INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (question_id, voter)
) WITHOUT ROWID;
""",
    """
CREATE TABLE vectors (
    text TEXT NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (text, embedder)
);
""",
    # What `bot.expected.history` keeps. It has people's questions too, and stands here so that deleting
    # a question, or its days being over, takes it out of everything at once.
    """
CREATE TABLE suites (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE outcomes (
    question TEXT PRIMARY KEY, expected INTEGER NOT NULL, generation INTEGER NOT NULL, outcome TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, generation INTEGER NOT NULL,
    since INTEGER, counts TEXT NOT NULL, report TEXT
);
CREATE TABLE changes (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    question TEXT NOT NULL, expected INTEGER NOT NULL, kind TEXT NOT NULL, worse INTEGER NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL
);
CREATE INDEX changes_of_run ON changes (run_id);
""",
    "ALTER TABLE questions ADD COLUMN within TEXT",
)
