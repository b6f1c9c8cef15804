namespace PyRepo.Storage.Buckets;

/// <summary>Watches who has a part in a bucket, without taking one.</summary>
sealed class LeaseWatch(IStore store, TimeProvider clock)
{
    static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="BucketStore.FindReplicasAsync"/>
    public async Task<IReadOnlyList<string>> FindReplicasAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        VersionTag? first = null;
        while (true)
        {
            var (document, version) = await LeaseDocument.ReadAsync(store, cancellationToken);
            IReadOnlyList<string> names = [.. document.Members.Select(member => member.Replica)];
            if (names.Count == 0)
                return [];
            first ??= version;
            // Whoever is alive writes the object again. Clocks are not compared.
            if (version != first)
                return names;
            if (clock.GetElapsedTime(began) > LeaseDocument.Expiry)
                return [];
            await Task.Delay(_poll, clock, cancellationToken);
        }
    }
}
