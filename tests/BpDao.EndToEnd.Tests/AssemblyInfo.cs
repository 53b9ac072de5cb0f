// Each test starts a chain; two at once would compete for the same two cores and miss their deadlines.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
