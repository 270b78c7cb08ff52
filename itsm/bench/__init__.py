"""`./run bench`: what the desk costs, measured on a durable database of its own against the performance budget."""
