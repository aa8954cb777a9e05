"""Care of the data folder: backups, condition, retention, exports."""
