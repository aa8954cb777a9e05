"""Tables that people hand in: CSV and XLSX, their headings, days and numbers."""
