using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PyRepo.Release.Tests;

/// <summary>The list of parts that <c>images/sbom.sh</c> makes of what the build says of a program.</summary>
public sealed class SbomTests
{
    /// <summary>The licences of SPDX's list that PyRepo's dependencies have. What is new here, somebody should have read.</summary>
    static readonly string[] _known = ["MIT", "Apache-2.0", "BSD-2-Clause"];

    [Theory]
    [InlineData("PyRepo.Server", "pyrepo")]
    [InlineData("PyRepo.Operator", "pyrepo-operator")]
    public async Task It_has_each_package_of_the_program_and_its_licence(string project, string program)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/jq"), "jq is missing.");
        var dependencies = Path.Combine(new BuiltProgram(project, program).Output, $"{program}.deps.json");
        Assert.SkipUnless(File.Exists(dependencies), $"{project} is not built.");
        using var debian = new TemporaryFolder();
        debian.Write(Path.Combine("usr", "share", "doc", "libc6", "copyright"), "free software\n");
        var sbom = await MakeAsync(program, dependencies, debian.Path);
        var libraries = JsonNode.Parse(await File.ReadAllTextAsync(dependencies))!["libraries"]!.AsObject()
            .Where(library => (string)library.Value!["type"]! != "project")
            .Select(library => $"pkg:nuget/{library.Key.Replace('/', '@')}");
        var packages = sbom["packages"]!.AsArray().Skip(1).ToDictionary(
            package => (string)package!["externalRefs"]![0]!["referenceLocator"]!,
            package => (string)package!["licenseDeclared"]!);
        Assert.Equal(libraries.Append("pkg:deb/debian/libc6@2.36?arch=amd64").Order(), packages.Keys.Order());
        var texts = sbom["hasExtractedLicensingInfos"]!.AsArray().ToDictionary(
            licence => (string)licence!["licenseId"]!, licence => (string)licence!["extractedText"]!);
        Assert.Equal("free software\n", texts[packages["pkg:deb/debian/libc6@2.36?arch=amd64"]]);
        Assert.All(
            packages.Values, licence => Assert.True(_known.Contains(licence) || texts.ContainsKey(licence), licence));
    }

    static async Task<JsonNode> MakeAsync(string program, string dependencies, string debian)
    {
        using var run = Process.Start(new ProcessStartInfo(
            SourceTree.At("images", "sbom.sh"), [program, "0.1.0", dependencies, debian])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await run.StandardInput.WriteAsync("libc6\t2.36\tamd64\n");
        run.StandardInput.Close();
        var text = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal(0, run.ExitCode);
        return JsonNode.Parse(text)!;
    }
}
