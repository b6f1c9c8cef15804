namespace PyRepo.Testing.Cluster;

/// <summary>What became of a kubectl.</summary>
/// <param name="Command">The command line.</param>
/// <param name="ExitCode">Its exit status.</param>
/// <param name="Output">All that it wrote to its standard output.</param>
/// <param name="Error">All that it wrote to its standard error.</param>
public sealed record KubectlResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Whether the API server had no time to end a request: it may have been carried out, or not.</summary>
    public bool IsGivenUp =>
        ExitCode != 0 && Error.Contains("Error from server (Timeout)", StringComparison.Ordinal);

    /// <summary>Its standard output, if it ended well.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message says what kubectl wrote.</exception>
    /// <exception cref="TimeoutException">It did not: it waited in vain.</exception>
    public string MustSucceed()
    {
        if (ExitCode == 0)
            return Output;
        KubectlTimeout.ThrowIfExpired(Error, this);
        throw new InvalidOperationException($"{this}");
    }

    /// <summary>Its standard error, if it ended with a failure.</summary>
    /// <exception cref="InvalidOperationException">It ended well; the message says what kubectl wrote.</exception>
    public string MustFail() =>
        ExitCode != 0 ? Error : throw new InvalidOperationException($"{this}");

    /// <inheritdoc/>
    public override string ToString() => $"{Command}\n{Output}{Error}(exit status {ExitCode})";
}
