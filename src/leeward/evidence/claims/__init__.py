"""What a text claims: its sentences, what each says of which substance, and what the evidence says to that."""
