namespace PyRepo.Storage.Buckets;

/// <summary>Finds out whether a service honors the conditions of writes.</summary>
/// <remarks>
/// Some services ignore the headers and answer 200. Only trying tells: what is written twice under the condition that
/// it is absent must fail the second time.
/// </remarks>
static class ConditionalWrites
{
    /// <summary>Writes, reads and deletes an object, and tells whether conditions are honored.</summary>
    /// <exception cref="BucketException">The bucket cannot be written, read or deleted from.</exception>
    public static async Task<bool> AreHonoredAsync(BucketStore store, CancellationToken cancellationToken)
    {
        var key = $"{LeaseDocument.Folder}canary-{Guid.NewGuid():N}";
        byte[] first = [.. Guid.NewGuid().ToByteArray()], second = [.. Guid.NewGuid().ToByteArray()];
        try
        {
            await store.PutAsync(key, first, WriteCondition.Absent, cancellationToken);
            var (read, version) = await store.ReadAsync(key, cancellationToken);
            if (version is null || !read.AsSpan().SequenceEqual(first))
            {
                throw new BucketException(
                    "NotReadAsWritten", "The bucket returned other bytes than were written to it.");
            }
            return await IsRefusedAsync(store, key, second, WriteCondition.Absent, cancellationToken)
                && await IsRefusedAsync(
                    store, key, second, WriteCondition.Match(new VersionTag(Different(version.Value.Value))),
                    cancellationToken);
        }
        finally
        {
            await store.DeleteAsync(key, CancellationToken.None);
        }
    }

    static async Task<bool> IsRefusedAsync(
        BucketStore store, string key, byte[] bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync(key, bytes, condition, cancellationToken);
            return false;
        }
        catch (PreconditionFailedException)
        {
            return true;
        }
    }

    /// <summary>Returns another version of the same form.</summary>
    static string Different(string version)
    {
        var last = version.AsSpan().LastIndexOfAnyInRange('0', '9');
        if (last < 0)
            return version + "0";
        var other = version[last] == '9' ? '8' : (char)(version[last] + 1);
        return $"{version[..last]}{other}{version[(last + 1)..]}";
    }
}
