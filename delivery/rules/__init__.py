"""Whether (规则): pure answers about money, works, acceptance and ratings. No query, no request, no clock."""
