"""What every page shares: the presenter's view and the Share panel."""
