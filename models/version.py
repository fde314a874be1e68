"""The version, written here only; CITATION.cff and CHANGELOG.md are held against it by a test."""

VERSION = "0.1.0"
