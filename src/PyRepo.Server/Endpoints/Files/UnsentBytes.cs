using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// The bytes in memory that responses hold until their clients have read them. Clients that read slowly can be many, so
/// that beyond a part of the memory, what is sent lies in temporary files instead.
/// </summary>
static class UnsentBytes
{
    static readonly long _capacity = MemoryBudget.OfControlGroup().Capacity / 4;

    static long _held;

    /// <summary>Counts bytes that a response holds. Returns false if it must not hold them.</summary>
    public static bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= _capacity)
            return true;
        Release(bytes);
        return false;
    }

    /// <summary>Counts them no longer.</summary>
    public static void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
