namespace PyRepo.Server.Content.Records;

/// <summary>A record as it is in the store.</summary>
/// <param name="Head">Its object.</param>
/// <param name="Skipped">The number of events that were not read, because they are known.</param>
/// <param name="Events">The events after those.</param>
readonly record struct ReadRecord(RecordHead Head, long Skipped, List<ProjectEvent> Events);
