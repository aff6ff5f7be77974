"""What clients see: start, wiki, regulations, their requests, and the widget for other sites."""
