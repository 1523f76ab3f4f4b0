"""Scripts that make the bundled embedding model; nothing else imports them."""
