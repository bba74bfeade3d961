"""Pages of leads: the inbox, the lead, what is done with it, and what others are asked to find out."""
