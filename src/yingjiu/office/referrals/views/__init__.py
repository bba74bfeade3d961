"""Pages of referrals."""
