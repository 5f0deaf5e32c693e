"""Who is told of what beside the page, and how: wishes, devices, pushes."""
