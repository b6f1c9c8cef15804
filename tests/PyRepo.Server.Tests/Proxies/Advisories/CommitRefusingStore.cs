using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Advisories;

/// <summary>A store that is full when bytes are to be kept.</summary>
sealed class CommitRefusingStore(IStore inner) : DelegatingStore(inner)
{
    public bool Refuses { get; set; } = true;

    public override ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken) => Refuses
        ? throw new StoreFullException("There is no space left.")
        : base.CommitAsync(staged, key, condition, cancellationToken);
}
