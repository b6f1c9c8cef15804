namespace PyRepo.Server.Content.Records;

/// <summary>The first part of a long record in a bucket, which never changes again.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Events">The number of its events.</param>
sealed record RecordSegment(string Key, long Events);
