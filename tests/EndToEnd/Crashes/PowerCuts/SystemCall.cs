using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EndToEnd.Crashes.PowerCuts;

/// <summary>A system call that a traced program made.</summary>
/// <param name="Start">The line of the trace in which it began.</param>
/// <param name="End">The line in which it returned.</param>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments as strace writes them, with texts in hexadecimal.</param>
/// <param name="Result">What it returned; negative when it failed.</param>
public sealed partial record SystemCall(int Start, int End, string Name, string Arguments, long Result)
{
    /// <summary>The file descriptor that is its first argument.</summary>
    public int Descriptor => int.Parse(Arguments.Split(',', 2)[0], CultureInfo.InvariantCulture);

    /// <summary>Its texts, one after the other.</summary>
    public IReadOnlyList<byte[]> Texts { get; } =
        [.. Text().Matches(Arguments).Select(t => Convert.FromHexString(t.Groups[1].Value.Replace("\\x", "")))];

    /// <summary>A path among its arguments.</summary>
    public string PathAt(int text) => Path.GetFullPath(Encoding.UTF8.GetString(Texts[text]));

    /// <summary>A number among its arguments, counted from the last one.</summary>
    public long NumberFromEnd(int index) =>
        long.Parse(Arguments.Split(',')[^(index + 1)].Trim(), CultureInfo.InvariantCulture);

    /// <summary>Whether its flags name this one.</summary>
    public bool Has(string flag) => Arguments.Contains(flag, StringComparison.Ordinal);

    [GeneratedRegex("\"((?:\\\\x[0-9a-f]{2})*)\"")]
    private static partial Regex Text();
}
