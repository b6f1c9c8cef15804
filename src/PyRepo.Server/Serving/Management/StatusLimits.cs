namespace PyRepo.Server.Serving.Management;

/// <summary>How much a status document shows.</summary>
/// <param name="Items">The number of items of each list.</param>
/// <param name="Refused">The number of refused files of each repository.</param>
/// <param name="TextLength">The number of characters of each text.</param>
/// <param name="Repositories">The number of repositories.</param>
sealed record StatusLimits(int Items, int Refused, int TextLength, int Repositories)
{
    /// <summary>The limits to try, one after the other, until the document is small enough.</summary>
    public static IReadOnlyList<StatusLimits> Steps { get; } =
    [
        new(20, 20, 500, 1000), new(10, 10, 300, 1000), new(5, 5, 200, 1000), new(2, 2, 150, 1000),
        new(1, 0, 80, 1000), new(1, 0, 40, 100), new(1, 0, 40, 40),
    ];

    /// <summary>Cuts a text that is too long.</summary>
    public string Cut(string text)
    {
        if (text.Length <= TextLength)
            return text;
        var length = char.IsHighSurrogate(text[TextLength - 1]) ? TextLength - 1 : TextLength;
        return $"{text.AsSpan(0, length)}…";
    }
}
