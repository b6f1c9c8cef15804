namespace PyRepo.Storage.Buckets.Checks;

/// <summary>A service answered without an error, and wrongly.</summary>
sealed class BucketFaultException(string message) : IOException(message);
