"""What everyone reads, by noun: search and figures, a project's story and record, notices, objections, places."""
