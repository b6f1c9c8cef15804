namespace PyRepo.Storage.Buckets;

/// <summary>A process may not join those that use a bucket.</summary>
/// <param name="holder">The holder.</param>
sealed class BucketInUseException(string holder) : Exception($"The bucket is in use by {holder}.")
{
    /// <summary>The holder of the bucket, for people.</summary>
    public string Holder => holder;
}
