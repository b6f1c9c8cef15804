namespace EndToEnd;

/// <summary>What became of a program.</summary>
/// <param name="Command">The command line.</param>
/// <param name="ExitCode">Its exit status.</param>
/// <param name="Output">All that it wrote to its standard output.</param>
/// <param name="Error">All that it wrote to its standard error.</param>
public sealed record ProgramResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>
    /// All that it wrote, as one text without line breaks and runs of blanks: terminals wrap lines anywhere.
    /// </summary>
    public string Said { get; } =
        string.Join(' ', $"{Output} {Error}".Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Fails the test, with all that the program wrote, unless it ended well.</summary>
    public ProgramResult MustSucceed()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    /// <summary>Fails the test, with all that the program wrote, unless it ended with a failure.</summary>
    public ProgramResult MustFail()
    {
        Assert.True(ExitCode != 0, ToString());
        return this;
    }

    /// <summary>Fails the test unless the program wrote this somewhere, however it was wrapped.</summary>
    public ProgramResult MustSay(string words)
    {
        Assert.True(Said.Contains(words, StringComparison.OrdinalIgnoreCase), $"Not said: {words}\n{this}");
        return this;
    }

    /// <summary>Fails the test if the program wrote this anywhere.</summary>
    public ProgramResult MustNotSay(string words)
    {
        Assert.False(Said.Contains(words, StringComparison.OrdinalIgnoreCase), $"Said: {words}\n{this}");
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Command}\n{Output}{Error}(exit status {ExitCode})";
}
