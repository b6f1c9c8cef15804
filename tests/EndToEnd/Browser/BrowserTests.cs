namespace EndToEnd.Browser;

/// <summary>The collection of tests that share one running browser and one server.</summary>
[CollectionDefinition(nameof(BrowserTests))]
public sealed class BrowserTests : ICollectionFixture<RunningBrowser>, ICollectionFixture<PagesServer>;
