namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Tries uploads in parts, as of large files, and that one that was not completed can be discarded.</summary>
static class PartCheck
{
    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var (client, name) = (bucket.Client, bucket.NewName());
        var bytes = CheckedBucket.NewBytes(client.PartLength + 1_000);
        var upload = await client.BeginUploadAsync(name, cancellationToken);
        var first = new BucketBody(bytes.AsMemory(..client.PartLength));
        var part = await client.PutPartAsync(name, upload, 1, first, cancellationToken);
        await bucket.RequireAsync(name, null, "is not uploaded completely", cancellationToken);
        var last = new BucketBody(bytes.AsMemory(client.PartLength..));
        await client.CompleteUploadAsync(name, upload, [part], last, WriteCondition.None, cancellationToken);
        await bucket.RequireAsync(name, bytes, "was uploaded in parts", cancellationToken);
        await client.DeleteAsync(name, cancellationToken);
        return await TryDiscardAsync(bucket, first, cancellationToken)
            ? new(FindingResult.Ok, "Large objects are sent in parts; incomplete uploads are found and discarded.")
            : new(
                FindingResult.Note,
                "Uploads in parts work, but one that was not completed is not found: what is interrupted takes room "
                + "until a lifecycle rule of the bucket removes it.");
    }

    /// <summary>Starts an upload, and discards all of this folder. Returns whether it is gone.</summary>
    static async Task<bool> TryDiscardAsync(
        CheckedBucket bucket, BucketBody part, CancellationToken cancellationToken)
    {
        var (client, name) = (bucket.Client, bucket.NewName());
        var upload = await client.BeginUploadAsync(name, cancellationToken);
        try
        {
            var sent = await client.PutPartAsync(name, upload, 1, part, cancellationToken);
            await client.AbortUploadsAsync(bucket.Folder, DateTimeOffset.MaxValue, cancellationToken);
            return await IsGoneAsync(client, name, upload, sent, cancellationToken);
        }
        finally
        {
            await client.AbortUploadAsync(name, upload, CancellationToken.None);
        }
    }

    static async Task<bool> IsGoneAsync(
        IBucketClient client, string name, string upload, string sent, CancellationToken cancellationToken)
    {
        try
        {
            await client.CompleteUploadAsync(
                name, upload, [sent], new BucketBody(new byte[] { 1 }), WriteCondition.None, cancellationToken);
        }
        catch (BucketException error) when (!error.IsTransient)
        {
            return true;
        }
        return false;
    }
}
