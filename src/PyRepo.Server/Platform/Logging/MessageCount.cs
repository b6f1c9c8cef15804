using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Logging;

/// <summary>How many messages of a kind there were since the minute began.</summary>
sealed class MessageCount
{
    int _count;

    /// <summary>The level and the text of the last message that was logged.</summary>
    public (LogLevel Level, string Message)? Last { get; set; }

    /// <summary>Adds one, and returns how many there are.</summary>
    public int Add() => Interlocked.Increment(ref _count);

    /// <summary>Begins anew, and returns how many there were.</summary>
    public int Reset() => Interlocked.Exchange(ref _count, 0);
}
