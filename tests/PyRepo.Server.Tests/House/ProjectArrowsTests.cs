using System.Xml.Linq;

namespace PyRepo.Server.Tests.House;

public sealed class ProjectArrowsTests
{
    /// <summary>The arrows that may be: from a project to the projects that it may know.</summary>
    static readonly Dictionary<string, string[]> _arrows = new()
    {
        ["PyRepo.Packaging"] = [],
        ["PyRepo.Resources"] = [],
        ["PyRepo.Storage"] = [],
        ["PyRepo.Kubernetes"] = [],
        ["PyRepo.Server"] = ["PyRepo.Packaging", "PyRepo.Storage", "PyRepo.Resources"],
        ["PyRepo.Operator"] = ["PyRepo.Kubernetes", "PyRepo.Resources"],
        ["PyRepo.Testing"] = ["PyRepo.Packaging", "PyRepo.Storage", "PyRepo.Resources", "PyRepo.Kubernetes"],
        ["EndToEnd"] = [],
        ["Bench"] = [],
    };

    [Fact]
    public void Every_arrow_between_projects_is_one_that_the_design_draws() =>
        Assert.DoesNotContain(Arrows(), arrow => !MayKnow(arrow.From, arrow.To));

    [Fact]
    public void Every_project_has_a_place_in_the_design() =>
        Assert.DoesNotContain(
            Projects(), project => !_arrows.ContainsKey(project) && !_arrows.ContainsKey(TestedBy(project)));

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
            .Select(NameOf)
            .ToHashSet();
        var versions = SourceTree.ReadXml("Directory.Packages.props").Descendants("PackageVersion").Select(NameOf);
        // FSharp.Core is not used here: its version is held down for FsCheck.
        Assert.Equal(["FSharp.Core"], versions.Where(package => !used.Contains(package)));
    }

    static bool MayKnow(string from, string to) =>
        _arrows.TryGetValue(from, out var known) ? known.Contains(to) : to == "PyRepo.Testing" || to == TestedBy(from);

    static string TestedBy(string project) => project.EndsWith(".Tests", StringComparison.Ordinal) ? project[..^6] : "";

    static IEnumerable<string> Projects() => SourceTree.Files("", ".csproj").Select(f => Path.GetFileNameWithoutExtension(f));

    static IEnumerable<(string From, string To)> Arrows() =>
        from file in SourceTree.Files("", ".csproj")
        from reference in SourceTree.ReadXml(file).Descendants("ProjectReference")
        select (Path.GetFileNameWithoutExtension(file), Path.GetFileNameWithoutExtension(NameOf(reference)));

    static string NameOf(XElement reference) => reference.Attribute("Include")!.Value;
}
