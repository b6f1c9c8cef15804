using EndToEnd.Browser;

namespace EndToEnd.Docs;

/// <summary>The collection of tests that share the built site and a running browser.</summary>
[CollectionDefinition(nameof(SiteTests))]
public sealed class SiteTests : ICollectionFixture<BuiltSite>, ICollectionFixture<RunningBrowser>;
