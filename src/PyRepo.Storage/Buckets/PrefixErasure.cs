namespace PyRepo.Storage.Buckets;

/// <summary>Deletes what is below a prefix of a bucket, and the bucket if PyRepo created it.</summary>
/// <remarks>
/// The objects that say whose it all is go last, so that an erasure that was interrupted can be told from a bucket of
/// somebody else.
/// </remarks>
sealed class PrefixErasure(IBucketClient client, string prefix)
{
    const int MaxConcurrentDeletions = 16;

    /// <summary>How often the objects are listed, because somebody may have written some meanwhile.</summary>
    const int MaxPasses = 4;

    readonly string _format = prefix + BucketOwnership.Format;
    readonly string _created = prefix + BucketOwnership.CreatedMarker;
    long _deleted;

    public async Task<ErasedBucket> RunAsync(CancellationToken cancellationToken)
    {
        await RequireOwnAsync(cancellationToken);
        for (var pass = 1; await DeleteObjectsAsync(cancellationToken); pass++)
        {
            if (pass == MaxPasses)
            {
                throw new BucketException(
                    "BucketNotEmpty", "New objects keep appearing: something still writes to the bucket.");
            }
        }
        await client.AbortUploadsAsync(prefix, DateTimeOffset.MaxValue, cancellationToken);
        await DeleteIfThereAsync(_format, cancellationToken);
        var isBucketDeleted = await TryDeleteBucketAsync(cancellationToken);
        return new(_deleted, isBucketDeleted);
    }

    /// <summary>Throws if there are objects, but not the one without which they are not PyRepo's.</summary>
    async Task RequireOwnAsync(CancellationToken cancellationToken)
    {
        if (await client.HeadAsync(_format, cancellationToken) is not null)
            return;
        await foreach (var found in client.ListAsync(prefix, null, cancellationToken))
        {
            if (found.Key == _created
                || found.Key.StartsWith(prefix + LeaseDocument.Folder, StringComparison.Ordinal))
            {
                continue;
            }
            throw new BucketException("NotPyRepo",
                $"There is '{found.Key}', but no {BucketOwnership.Format}, so this is not PyRepo's. "
                + "Nothing was deleted.");
        }
    }

    /// <summary>Deletes all objects but the last ones. Returns whether there were any.</summary>
    async Task<bool> DeleteObjectsAsync(CancellationToken cancellationToken)
    {
        var before = _deleted;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = MaxConcurrentDeletions,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(client.ListAsync(prefix, null, cancellationToken), options, async (found, token) =>
        {
            if (found.Key != _format && found.Key != _created)
                await DeleteAsync(found.Key, token);
        });
        return _deleted > before;
    }

    /// <summary>Deletes the bucket, if PyRepo created it and nothing is left in it. Returns whether it did.</summary>
    async Task<bool> TryDeleteBucketAsync(CancellationToken cancellationToken)
    {
        if (await client.HeadAsync(_created, cancellationToken) is null)
            return false;
        var isEmpty = await IsEmptyAsync(cancellationToken);
        await DeleteAsync(_created, cancellationToken);
        if (!isEmpty)
            return false;
        try
        {
            await client.DeleteBucketAsync(cancellationToken);
            return true;
        }
        catch (BucketException error) when (error.Code == "BucketNotEmpty")
        {
            return false; // It has older versions of objects, or somebody else wrote meanwhile.
        }
        catch
        {
            // The next attempt must know that the bucket is to be deleted.
            await BucketOwnership.MarkCreatedAsync(client, prefix, CancellationToken.None);
            throw;
        }
    }

    async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        await foreach (var found in client.ListAsync("", null, cancellationToken))
        {
            if (found.Key != _created)
                return false;
        }
        return true;
    }

    async Task DeleteIfThereAsync(string name, CancellationToken cancellationToken)
    {
        if (await client.HeadAsync(name, cancellationToken) is not null)
            await DeleteAsync(name, cancellationToken);
    }

    async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await client.DeleteAsync(name, cancellationToken);
        Interlocked.Increment(ref _deleted);
    }
}
