using System.Reflection;
using System.Text.RegularExpressions;
using PyRepo.Server.Tests.Hostile;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>Each method that reads a text is one of the hostile readers, or reads what no stranger supplies.</summary>
public sealed partial class TextReadersTests
{
    /// <summary>What looks at a word or a number, compares a text with a few, or opens a file.</summary>
    static readonly string[] _short =
    [
        "Sha256Digest.TryParse", "Sha256Digest.Parse", "PackageTypeNames.TryParse", "ProjectStatusNames.TryParse",
        "TarHeader.Read", "TarHeader.ReadText", "TarHeader.Decode", "TarNumber.Read", "PaxRecords.Read",
        "Duration.TryParse", "Duration.Parse", "Quantity.TryParse", "Quantity.Parse", "LockedHash.TryParse",
        "LockFile.TryReadTextAsync", "ProvenAttestations.ParseKind",
    ];

    /// <summary>What reads a part of an attestation: <c>HostileAttestationTests</c> change those at random.</summary>
    static readonly string[] _ofAttestations =
        ["Checkpoint.Parse", "InTotoStatement.Parse", "SigningCertificate.Parse"];

    [Fact]
    public void A_method_that_reads_a_text_is_tried_with_hostile_ones() => Assert.Empty(
        Readers().Where(reader => IsOfStrangers(reader.DeclaringType!)).Select(GetName)
            .Except(HostileReaders.All.SelectMany(reader => reader.Methods)).Except(_short).Except(_ofAttestations)
            .Distinct().Order());

    [Fact]
    public void What_is_tried_is_there() => Assert.Empty(
        HostileReaders.All.SelectMany(reader => reader.Methods).Except(ServerSources.Assemblies
            .SelectMany(assembly => assembly.GetTypes()).SelectMany(GetMethods).Select(GetName)));

    /// <summary>The projects, and the server's folders, that read what somebody else has written.</summary>
    static bool IsOfStrangers(Type type) => type.Namespace is { } name && Strangers.IsMatch(name);

    static IEnumerable<MethodInfo> Readers() =>
        from assembly in ServerSources.Assemblies
        from type in assembly.GetTypes()
        from method in GetMethods(type)
        where Reads.IsMatch(method.Name) && !method.IsPrivate
            && method.GetParameters() is [var first, ..] && IsText(first.ParameterType)
        select method;

    static MethodInfo[] GetMethods(Type type) => type.GetMethods(
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    static bool IsText(Type type) => type == typeof(string) || type == typeof(byte[])
        || type == typeof(ReadOnlySpan<char>) || type == typeof(ReadOnlySpan<byte>);

    static string GetName(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    [GeneratedRegex("^(Try)?(Parse|Read|Render|Sanitize|Tokenize)", RegexOptions.CultureInvariant)]
    static partial Regex Reads { get; }

    [GeneratedRegex(
        @"^PyRepo\.(Packaging|Advisories|Sigstore|Client\.LockFiles|Resources\.(Nodes|Values)"
        + @"|Server\.(Content\.(Descriptions|Attestations)|Access|Proxies\.(Policies|Advisories)))\b",
        RegexOptions.CultureInvariant)]
    static partial Regex Strangers { get; }
}
