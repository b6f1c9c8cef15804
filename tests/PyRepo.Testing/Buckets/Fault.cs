namespace PyRepo.Testing.Buckets;

/// <summary>What a <see cref="FaultProxy"/> does with a request.</summary>
public sealed record Fault
{
    /// <summary>Pass it on.</summary>
    public static Fault None { get; } = new();

    /// <summary>Answer this status without asking the service. 503 is a <c>SlowDown</c>.</summary>
    public static Fault Status(int status) => new() { Answer = status };

    /// <summary>Break the connection without asking the service.</summary>
    public static Fault Reset { get; } = new() { ResetsBefore = true };

    /// <summary>Pass the request on, and break the connection instead of answering.</summary>
    public static Fault Lost { get; } = new() { ResetsAfter = true };

    /// <summary>Pass the request on with another first byte of its body.</summary>
    public static Fault Damaged { get; } = new() { DamagesBody = true };

    /// <summary>Pass the request on without the condition of its write. A service that checks signatures refuses that.</summary>
    public static Fault Unconditional { get; } = new() { DropsConditions = true };

    /// <summary>Wait, and then pass it on.</summary>
    public static Fault Slow(TimeSpan delay) => new() { Delay = delay };

    /// <summary>Pass on this many bytes of the answer's body, and then break the connection.</summary>
    public static Fault Torn(long bytes) => new() { TearsAfter = bytes };

    /// <summary>The status to answer.</summary>
    public int? Answer { get; init; }

    /// <summary>How long to wait first.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long to wait before each part of the answer's body.</summary>
    public TimeSpan DelayOfParts { get; init; }

    /// <summary>Whether the first byte of the request's body is replaced by another.</summary>
    public bool DamagesBody { get; init; }

    /// <summary>Whether the condition of a write is dropped.</summary>
    public bool DropsConditions { get; init; }

    /// <summary>Whether the connection breaks before the request is passed on.</summary>
    public bool ResetsBefore { get; init; }

    /// <summary>Whether the connection breaks after the service has answered.</summary>
    public bool ResetsAfter { get; init; }

    /// <summary>After how many bytes of the answer's body the connection breaks.</summary>
    public long? TearsAfter { get; init; }
}
