"""How fast the program is: one file a claim, each measured against a floor in the same run."""
