namespace PyRepo.Server.Tests.Hostile;

/// <summary>A reader or renderer of text that a stranger supplies.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Marks">What means something to it. <see cref="Number"/> stands for a number, of a name.</param>
/// <param name="Read">Reads a text as the program does.</param>
/// <param name="Methods">
/// The methods that are tried so, <c>Type.Method</c>, as <see cref="Architecture.TextReadersTests"/> asks for them.
/// </param>
sealed record HostileReader(string Name, string[] Marks, Action<string> Read, params string[] Methods)
{
    public const char Number = '§';

    /// <summary>What stands before and after the marks, so that they are where they count.</summary>
    public (string Before, string After)[] Frames { get; init; } = [("", "")];

    public override string ToString() => Name;
}
