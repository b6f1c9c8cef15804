namespace PyRepo.Server.Content.Records;

/// <summary>A comparison of what is in memory of a record with the store, which has begun.</summary>
/// <param name="Number">Later ones have greater numbers.</param>
/// <param name="SoleEpoch">The sole epoch in which it began, or null while others could write.</param>
/// <param name="EpochBefore">The epoch of the validation before.</param>
readonly record struct RecordValidation(long Number, long? SoleEpoch, long EpochBefore);
