"""Who the partners are, what each may do, and what each did."""
