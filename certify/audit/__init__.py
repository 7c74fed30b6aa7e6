"""Whether the record can be trusted: the log, the states, the files and the place they lie in, checked."""
