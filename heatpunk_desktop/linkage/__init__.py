"""Record linkage: finding projects that were entered twice, by features, blocking and scoring."""
