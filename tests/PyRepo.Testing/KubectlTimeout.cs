namespace PyRepo.Testing;

/// <summary>How long kubectl and Helm wait for what a test waits for.</summary>
public static class KubectlTimeout
{
    /// <summary>The option: <see cref="Eventually.Deadline"/>.</summary>
    public static string Option { get; } = After(TimeSpan.Zero);

    /// <summary>The option for what takes a while by itself: the deadline is counted from then on.</summary>
    public static string After(TimeSpan time) => $"--timeout={(time + Eventually.Deadline).TotalSeconds}s";

    /// <summary>Fails if kubectl waited in vain, as <see cref="Eventually"/> does.</summary>
    /// <param name="error">What it wrote to its standard error.</param>
    /// <param name="result">All about it, for the message.</param>
    /// <exception cref="TimeoutException">It waited in vain.</exception>
    public static void ThrowIfExpired(string error, object result)
    {
        if (error.Contains("timed out waiting for the condition", StringComparison.Ordinal))
            throw new TimeoutException($"{result}");
    }
}
