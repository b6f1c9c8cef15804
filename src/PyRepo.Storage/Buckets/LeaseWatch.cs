namespace PyRepo.Storage.Buckets;

/// <summary>Watches who has a part in a bucket, without taking one.</summary>
sealed class LeaseWatch(BucketStore store, TimeProvider clock)
{
    static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="BucketStore.FindReplicasAsync"/>
    public async Task<IReadOnlyList<string>> FindReplicasAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        VersionTag? first = null;
        while (true)
        {
            var (bytes, version) = await store.ReadAsync(BucketLease.Key, cancellationToken);
            IReadOnlyList<string> names = [.. LeaseDocument.Parse(bytes).Members.Select(member => member.Replica)];
            if (names.Count == 0)
                return [];
            first ??= version;
            // Whoever is alive writes the object again. Clocks are not compared.
            if (version != first)
                return names;
            if (clock.GetElapsedTime(began) > BucketLease.Expiry)
                return [];
            await Task.Delay(_poll, clock, cancellationToken);
        }
    }
}
