using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// Gives the process threads enough that a small request finds one while heavy work takes as many as it may. By itself,
/// the runtime has one for each processor, and adds two a second.
/// </summary>
static class WorkThreads
{
    /// <summary>Sets how many there are at once.</summary>
    public static void Reserve()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        var wanted = Environment.ProcessorCount + ServerLimits.MaxConcurrentLargePages + 1;
        if (workers < wanted && !ThreadPool.SetMinThreads(wanted, completions))
            throw new InvalidOperationException($"The runtime refuses {wanted} threads.");
    }
}
