"""What outlives the data folder: a backup of all of it, made while it is in use; and what is kept of one person."""
