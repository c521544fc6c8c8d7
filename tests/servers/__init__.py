"""Real database servers for the tests: started on private sockets when first asked for, stopped with the session."""
