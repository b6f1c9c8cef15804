namespace PyRepo.Server.Records;

/// <summary>A look at a record's object in the store that has begun.</summary>
/// <param name="BeganAt">A timestamp.</param>
/// <param name="SoleEpoch">The sole epoch in which it began, or null while others could write.</param>
/// <param name="EpochBefore">The epoch of the look before.</param>
readonly record struct RecordLook(long BeganAt, long? SoleEpoch, long EpochBefore);
