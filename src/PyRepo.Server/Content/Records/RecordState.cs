namespace PyRepo.Server.Content.Records;

/// <summary>
/// What is known of a record when its history has left the memory: enough to find out that it has not changed.
/// </summary>
/// <param name="Head">Its object.</param>
/// <param name="Serial">The number of its events.</param>
sealed record RecordState(RecordHead Head, long Serial);
