using System.Collections.Immutable;
using PyRepo.Server.Configuration;
using PyRepo.Server.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Hosting;

/// <summary>A repository's store, and who it should belong to.</summary>
sealed record RepositoryStore : IDisposable
{
    /// <summary>The store.</summary>
    public required IStore Store { get; init; }

    /// <summary>Where it is, for people: a folder, or a bucket with its prefix.</summary>
    public required string Location { get; init; }

    /// <summary>The owner.</summary>
    public required StoreFormat Owner { get; init; }

    /// <summary>
    /// The former owner, as <c>NAMESPACE/NAME</c>, whose data the resource takes over; null if it takes over none.
    /// </summary>
    public string? TakesOver { get; init; }

    /// <summary>How many replicas the resource asks for.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>The name of this replica.</summary>
    public string Replica { get; init; } = "0";

    /// <summary>What the store was made from. If that changes, another one is needed.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Passes the store the keys of a later configuration.</summary>
    public Action<ServerConfiguration> UseKeys { get; init; } = static _ => { };

    /// <summary>What is disposed after the store was used.</summary>
    public ImmutableArray<IDisposable> Resources { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var used in Resources)
            used.Dispose();
    }
}
