"""The forms: fields that refuse hostile input, and forms made from the facts of moves."""
