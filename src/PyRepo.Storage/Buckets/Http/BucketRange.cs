using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>The part of an object that a request is about.</summary>
static class BucketRange
{
    /// <summary>The range of a read of at least one byte, or null if it is the whole object.</summary>
    public static RangeHeaderValue? Create(BucketRead read)
    {
        if (read.Offset == 0 && read.Count is null)
            return null;
        return new(read.Offset, read.Offset + read.Count - 1);
    }
}
