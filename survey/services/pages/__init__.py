"""What each page of the officers shows, read in one go."""
