"""What nobody sends: silence, refusals, and what admins are told about them."""
