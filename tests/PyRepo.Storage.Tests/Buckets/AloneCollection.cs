namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Tests beside which no other may run.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Buckets alone";
}
