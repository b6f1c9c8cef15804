namespace TestRunner;

/// <summary>The result of one test: of a fact, or of one row of a theory.</summary>
/// <param name="Name">The name with the arguments of its row.</param>
/// <param name="Method">The full name of the method, which a filter selects.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Text">The error and the output of a failed test, or the reason of a skipped one.</param>
public sealed record TestCase(string Name, string Method, TestOutcome Outcome, string Text)
{
    const int MaxLineLength = 300;

    /// <summary>Whether it failed because what it waited for did not come within its deadline.</summary>
    public bool HasTimedOut { get; init; }

    /// <summary>The first line of the text. A long one is cut.</summary>
    public string FirstLine
    {
        get
        {
            var line = Text.TrimStart().Split('\n')[0].TrimEnd();
            return line.Length > MaxLineLength ? line[..MaxLineLength] : line;
        }
    }

    /// <summary>The name without its namespace.</summary>
    public string ShortName
    {
        get
        {
            var arguments = Name.IndexOf('(', StringComparison.Ordinal);
            var method = arguments < 0 ? Name : Name[..arguments];
            var last = method.LastIndexOf('.');
            var type = last <= 0 ? -1 : method.LastIndexOf('.', last - 1);
            return Name[(type + 1)..];
        }
    }
}
