namespace PyRepo.Server.Platform.Background;

/// <summary>Why background work fails.</summary>
/// <param name="Message">The message of the last failure.</param>
/// <param name="Since">When it began to fail.</param>
/// <param name="Count">How many passes have failed in a row.</param>
sealed record BackgroundFailure(string Message, DateTimeOffset Since, long Count);
