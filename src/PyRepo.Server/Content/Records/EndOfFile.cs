namespace PyRepo.Server.Content.Records;

/// <summary>What hid a file, and when.</summary>
readonly record struct EndOfFile(ProjectEventKind Event, DateTimeOffset At);
