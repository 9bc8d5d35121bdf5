"""Files that are no pictures: what they are, what they are called, and what is put together for people to keep."""
