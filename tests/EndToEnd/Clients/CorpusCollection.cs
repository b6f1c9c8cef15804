namespace EndToEnd.Clients;

/// <summary>The tests that share one server.</summary>
[CollectionDefinition(nameof(CorpusServer))]
public sealed class CorpusCollection : ICollectionFixture<CorpusServer>;
