"""The checkers: functions of text and plain data that return findings, one sentence each; none means all is well."""
