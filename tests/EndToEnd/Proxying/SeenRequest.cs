namespace EndToEnd.Proxying;

/// <summary>A request that a <see cref="ScriptedUpstream"/> got.</summary>
public sealed record SeenRequest(string Method, string Host, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header; null: it was not sent.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);
}
