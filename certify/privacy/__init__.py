"""How long personal data are kept: one list, from which the page is made and which the sweep carries out."""
