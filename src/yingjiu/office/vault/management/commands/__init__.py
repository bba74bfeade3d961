"""Commands of the vault: rotate_keys, check_vault."""
