"""`parley models`: fetches, lists and checks the models that engines load."""
