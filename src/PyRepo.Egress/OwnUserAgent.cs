using System.Reflection;

namespace PyRepo.Egress;

/// <summary>The header by which this program names itself to others.</summary>
static class OwnUserAgent
{
    /// <summary>For example <c>pyrepo/0.1.0</c>. All parts of the program have one version.</summary>
    public static string Text { get; } = $"pyrepo/{Version}";

    static string Version => typeof(OwnUserAgent).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
