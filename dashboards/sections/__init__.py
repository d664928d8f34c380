"""Sections of the weekly report: one module each with `order`, `title` and `build(week)`, found by file name."""
