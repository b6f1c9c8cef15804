namespace PyRepo.Storage.Buckets;

/// <summary>A process may not join those that use a bucket.</summary>
/// <param name="holder">Who uses it.</param>
sealed class BucketInUseException(string holder) : Exception($"The bucket is in use by {holder}.")
{
    /// <summary>Who uses it, for people.</summary>
    public string Holder => holder;
}
