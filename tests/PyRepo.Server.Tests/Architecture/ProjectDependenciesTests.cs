using System.Xml.Linq;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed class ProjectDependenciesTests
{
    /// <summary>The projects that each project may depend on.</summary>
    static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["PyRepo.Packaging"] = [],
        ["PyRepo.Resources"] = [],
        ["PyRepo.Storage"] = [],
        ["PyRepo.Metrics"] = [],
        ["PyRepo.Kubernetes"] = ["PyRepo.Metrics"],
        ["PyRepo.Sigstore"] = [],
        ["PyRepo.Egress"] = ["PyRepo.Packaging", "PyRepo.Storage"],
        ["PyRepo.Advisories"] = ["PyRepo.Packaging", "PyRepo.Resources", "PyRepo.Storage"],
        ["PyRepo.Downloads"] = ["PyRepo.Packaging", "PyRepo.Storage"],
        ["PyRepo.Client"] = ["PyRepo.Egress", "PyRepo.Packaging", "PyRepo.Resources"],
        ["PyRepo.Server"] =
        [
            "PyRepo.Advisories", "PyRepo.Client", "PyRepo.Downloads", "PyRepo.Egress", "PyRepo.Metrics",
            "PyRepo.Packaging", "PyRepo.Storage", "PyRepo.Resources", "PyRepo.Sigstore",
        ],
        ["PyRepo.Operator"] = ["PyRepo.Kubernetes", "PyRepo.Metrics", "PyRepo.Resources"],
        ["PyRepo.Codegen"] = ["PyRepo.Operator", "PyRepo.Kubernetes", "PyRepo.Metrics", "PyRepo.Resources"],
        ["PyRepo.Release"] = ["PyRepo.Kubernetes"],
        ["PyRepo.Testing"] = ["PyRepo.Packaging", "PyRepo.Storage", "PyRepo.Resources", "PyRepo.Kubernetes"],
        ["EndToEnd"] = [],
        ["TestRunner"] = [],
        ["Bench"] = [],
    };

    [Fact]
    public void Projects_depend_on_each_other_only_as_the_design_says() =>
        Assert.DoesNotContain(Dependencies(), dependency => !MayDependOn(dependency.From, dependency.To));

    [Fact]
    public void Every_project_is_in_the_design() =>
        Assert.DoesNotContain(
            Projects(), project => !_allowed.ContainsKey(project) && !_allowed.ContainsKey(TestedBy(project)));

    [Fact]
    public void The_assemblies_of_the_server_are_those_of_its_projects() => Assert.Equal(
        _allowed["PyRepo.Server"].Append("pyrepo").Order(StringComparer.Ordinal),
        ServerSources.Assemblies.Select(assembly => assembly.GetName().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_version_of_a_package_stands_in_one_file_only() => Assert.Empty(
        from file in SourceTree.Files("", ".csproj")
        from reference in SourceTree.ReadXml(file).Descendants("PackageReference")
        where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
            || reference.Element("Version") is not null
        select $"{file}: {reference}");

    [Fact]
    public void Every_package_that_has_a_version_is_used()
    {
        var used = SourceTree.Files("", ".csproj").Append("Directory.Build.props")
            .SelectMany(file => SourceTree.ReadXml(file).Descendants("PackageReference"))
            .Select(GetName)
            .ToHashSet();
        var versions = SourceTree.ReadXml("Directory.Packages.props").Descendants("PackageVersion").Select(GetName);
        // These are not used here: packages that are ask for versions of them that not every feed holds.
        Assert.Equal(
            ["FSharp.Core", "Microsoft.Diagnostics.NETCore.Client"],
            versions.Where(package => !used.Contains(package)));
    }

    static bool MayDependOn(string from, string to) =>
        _allowed.TryGetValue(from, out var known) ? known.Contains(to) : to == "PyRepo.Testing" || to == TestedBy(from);

    static string TestedBy(string project) => project.EndsWith(".Tests", StringComparison.Ordinal) ? project[..^6] : "";

    static IEnumerable<string> Projects() =>
        SourceTree.Files("", ".csproj").Select(f => Path.GetFileNameWithoutExtension(f));

    static IEnumerable<(string From, string To)> Dependencies() =>
        from file in SourceTree.Files("", ".csproj")
        from reference in SourceTree.ReadXml(file).Descendants("ProjectReference")
        select (Path.GetFileNameWithoutExtension(file), Path.GetFileNameWithoutExtension(GetName(reference)));

    static string GetName(XElement reference) => reference.Attribute("Include")!.Value;
}
