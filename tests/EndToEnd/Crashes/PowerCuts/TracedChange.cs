namespace EndToEnd.Crashes.PowerCuts;

/// <summary>An upload or a deletion of one file name while the server was traced.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The file.</param>
/// <param name="Sha256">The digest of the bytes that were uploaded; null for a deletion.</param>
public sealed record TracedChange(string Project, string FileName, string? Sha256)
{
    /// <summary>The header by which the trace tells which request is which.</summary>
    public const string Header = "X-Change";

    /// <summary>The line in which the server read the request.</summary>
    public int Asked { get; private set; } = int.MaxValue;

    /// <summary>The line in which it began to answer that it is done.</summary>
    public int Acknowledged { get; private set; } = int.MaxValue;

    /// <summary>Whether the client got a success, as far as it knows.</summary>
    public bool Succeeded { get; set; }

    /// <summary>Finds out from the trace when each change was asked for and acknowledged.</summary>
    /// <param name="changes">All changes, in the order of the numbers in their headers.</param>
    /// <param name="calls">The trace.</param>
    public static void FindMoments(IReadOnlyList<TracedChange> changes, IEnumerable<SystemCall> calls)
    {
        var asking = new Dictionary<int, TracedChange>();
        foreach (var call in calls.Where(c => c.Texts.Count > 0))
        {
            if (call.Name.StartsWith("recv", StringComparison.Ordinal) && NumberIn(call) is { } number)
                (asking[call.Descriptor] = changes[number]).Asked = call.End;
            else if (call.Name.StartsWith("send", StringComparison.Ordinal)
                && call.Texts[0].AsSpan().StartsWith("HTTP/1.1 "u8)
                && asking.Remove(call.Descriptor, out var change)
                && call.Texts[0].AsSpan().StartsWith("HTTP/1.1 20"u8))
                change.Acknowledged = call.Start;
        }
    }

    /// <summary>What a file may be: what was acknowledged last, or what was asked for since.</summary>
    /// <param name="changes">The changes of the file.</param>
    /// <param name="moment">When, in lines of the trace, or null for now.</param>
    public static IEnumerable<string?> MayBe(IEnumerable<TracedChange> changes, int? moment)
    {
        var asked = changes.Where(c => moment is null || c.Asked <= moment).ToList();
        var last = asked.FindLastIndex(c => moment is null ? c.Succeeded : c.Acknowledged <= moment);
        return [last < 0 ? null : asked[last].Sha256, .. asked.Skip(last + 1).Select(c => c.Sha256)];
    }

    static int? NumberIn(SystemCall call)
    {
        foreach (var text in call.Texts)
        {
            if (text.AsSpan().IndexOf("X-Change: "u8) is >= 0 and var at)
                return int.Parse(text.AsSpan(at + 10, 4), System.Globalization.CultureInfo.InvariantCulture);
        }
        return null;
    }
}
