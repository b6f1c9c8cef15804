using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A folder in place of a bucket: an append writes the whole object.</summary>
sealed class RewritingStore(IStore inner) : DelegatingStore(inner)
{
    public override StoreTraits Traits => new(IsLocal: false, AppendsInPlace: false, HonorsConditions: true);
}
