//! The tables of bulk jobs: jobs, the data that waits, the lines of results.

/// A job moves on at `due_ms`; once it has ended, that is the hour at which it is forgotten. `job` is the rest of it, as
/// JSON. A batch is a part of the uploaded data that has not been processed; a line is one row of a list of results.
pub(crate) const TABLES: &str = "
CREATE TABLE practice_bulk_job (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL, created_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, batches INTEGER NOT NULL, job TEXT NOT NULL);
CREATE INDEX practice_bulk_job_due ON practice_bulk_job (due_ms);
CREATE TABLE practice_bulk_batch (job TEXT NOT NULL, number INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (job, number));
CREATE TABLE practice_bulk_line (job TEXT NOT NULL, list TEXT NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (job, list, number)) WITHOUT ROWID;
";
