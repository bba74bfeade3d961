"""Pages of relief: they ask selectors, call services, and decide nothing."""
