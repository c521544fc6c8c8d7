"""What speed costs: a generator of realistic projects, and `doit bench`, which measures the build on them."""
