namespace EndToEnd.Browser;

/// <summary>The collection of tests that share one running browser.</summary>
[CollectionDefinition(nameof(BrowserTests))]
public sealed class BrowserTests : ICollectionFixture<RunningBrowser>;
