namespace PyRepo.Operator.Manifests;

/// <summary>The hosts that an Ingress or HTTPRoute may have, and what they say of the hosts below them.</summary>
static class HostPatterns
{
    /// <summary>
    /// The wildcards that some controller may send a host by: at whatever depth, but not directly below a top-level
    /// domain, which is no tenant's: <c>*.com</c> would withhold all new hosts from all others.
    /// </summary>
    public static IEnumerable<string> Above(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        for (var next = NextDot(host, dot); next >= 0; (dot, next) = (next, NextDot(host, next)))
            yield return $"*{host[dot..]}";
    }

    /// <summary>Whether anything depends on who has it.</summary>
    public static bool Claims(string pattern) =>
        !IsWildcard(pattern) || pattern.IndexOf('.', "*.".Length) >= 0;

    /// <summary>Whether it stands for the hosts below it.</summary>
    public static bool IsWildcard(string pattern) => pattern.StartsWith("*.", StringComparison.Ordinal);

    static int NextDot(string host, int dot) => dot < 0 ? -1 : host.IndexOf('.', dot + 1);
}
