using System.Text.Json.Nodes;

namespace PyRepo.Release.Tests;

/// <summary>A release is made of packages whose hashes are in the repository.</summary>
public sealed class LockedPackagesTests
{
    const string File = "packages.lock.json";

    static readonly string _runtime = (string)SourceTree.ReadXml("Directory.Build.targets")
        .Descendants("LockedRuntimeVersion").Single();

    public static TheoryData<string> Files =>
    [
        .. SourceTree.Files("", ".csproj").Select(project => $"{Path.GetDirectoryName(project)}/{File}"),
        "src/PyRepo.Server/packages.linux-arm64.lock.json", "src/PyRepo.Operator/packages.linux-arm64.lock.json",
    ];

    /// <summary>Without one of them, a restore would take whatever package a source gives it.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Each_project_names_its_packages_with_their_hashes(string file) => Assert.All(
        Packages(file).Where(package => (string)package["type"]! != "Project"),
        package => Assert.Equal(64, Convert.FromBase64String((string)package["contentHash"]!).Length));

    [Fact]
    public void The_compilers_of_programs_are_those_of_the_locked_runtime() => Assert.All(
        from project in (string[])["Server", "Operator"]
        from file in (string[])[File, "packages.linux-arm64.lock.json"]
        select Read($"src/PyRepo.{project}/{file}")["net10.0"]!["Microsoft.DotNet.ILCompiler"]!,
        compiler => Assert.Equal(_runtime, (string)compiler["resolved"]!));

    [Fact]
    public void All_packages_come_from_one_source()
    {
        var source = Assert.Single(SourceTree.ReadXml("nuget.config").Descendants("packageSource"));
        Assert.Equal("nuget.org", (string)source.Attribute("key")!);
        Assert.Equal("*", (string)Assert.Single(source.Elements("package")).Attribute("pattern")!);
    }

    static IEnumerable<JsonNode> Packages(string file) =>
        Read(file).SelectMany(target => target.Value!.AsObject()).Select(package => package.Value!);

    static JsonObject Read(string file) => JsonNode.Parse(SourceTree.Read(file))!["dependencies"]!.AsObject();
}
