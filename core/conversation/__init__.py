"""What people do, and what is said to them."""
