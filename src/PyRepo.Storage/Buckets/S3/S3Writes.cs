namespace PyRepo.Storage.Buckets.S3;

/// <summary>Writes and deletes objects in one request each.</summary>
sealed class S3Writes(S3Connection connection)
{
    /// <inheritdoc cref="IBucketClient.PutAsync"/>
    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken)
    {
        var request = new S3Request(HttpMethod.Put, name)
        {
            Body = body,
            Headers = connection.Settings.EncryptionHeaders,
            Condition = condition,
        };
        return connection.SendAsync(
            request, (response, _) => Task.FromResult(Read(name, body.Length, response)), cancellationToken);
    }

    /// <inheritdoc cref="IBucketClient.DeleteAsync"/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        connection.SendAsync(new S3Request(HttpMethod.Delete, name), cancellationToken);

    StoredObject Read(string name, long length, HttpResponseMessage response) => S3Tag.Find(response) is { } tag
        ? new(name, length, S3Tag.Parse(tag), connection.Now)
        : throw connection.Errors.NotS3("an object without an ETag");
}
