using System.Text.RegularExpressions;
using PyRepo.Server.Content.Repositories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// A group looks for a name elsewhere when a member does not know it, so that only those may say so who can prove it.
/// </summary>
public sealed partial class AbsenceTests
{
    /// <summary>Each kind of evidence, and the one file that makes it.</summary>
    static readonly Dictionary<string, string> _makers = new(StringComparer.Ordinal)
    {
        ["UnclaimedProject"] = "Hosted/ProjectClaims.cs",
        ["UpstreamAbsence"] = "Proxies/Upstream/UpstreamProof.cs",
        ["MemberAbsence"] = "Proxies/Upstream/UpstreamRepository.cs",
        ["UnlistedProject"] = "Groups/MemberRepository.cs",
        ["AbsentInMembers"] = "Groups/Descent.cs",
        ["ExcludedProject"] = "Proxies/Policies/FilteredRepository.cs",
    };

    [Fact]
    public void Each_kind_of_evidence_is_listed_here() => Assert.Equal(
        _makers.Keys.Order(StringComparer.Ordinal),
        typeof(Absence).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Absence)))
            .Select(type => type.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_is_made_in_one_place() => Assert.Equal(
        _makers.Select(maker => $"{maker.Key}: src/PyRepo.Server/{maker.Value}").Order(StringComparer.Ordinal),
        (from file in ServerSources.Files()
         from Match made in Made.Matches(SourceTree.Read(file))
         where _makers.ContainsKey(made.Groups[1].Value)
         select $"{made.Groups[1].Value}: {file}").Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"new (?:\w+\.)*(\w+)(?=[({]| \{)", RegexOptions.CultureInvariant)]
    static partial Regex Made { get; }
}
