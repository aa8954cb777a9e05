"""One answer until it is sealed: drafts, typed forms, how it is stored, what is masked in it."""
