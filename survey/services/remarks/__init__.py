"""What people wrote: comments and the notes of the office."""
