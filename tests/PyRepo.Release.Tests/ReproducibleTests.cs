using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PyRepo.Release.Tests;

public sealed class ReproducibleTests(ReleaseFixture release)
{
    [Fact]
    public void Another_run_in_another_folder_gives_the_same_bytes_signatures_included()
    {
        var again = release.Again.Files;
        Assert.Equal(release.Signed.Files.Keys, again.Keys);
        Assert.Empty(release.Signed.Files.Where(file => !again[file.Key].AsSpan().SequenceEqual(file.Value))
            .Select(file => file.Key));
    }

    [Fact]
    public void The_checksums_are_those_of_all_files_but_their_own_signatures()
    {
        var lines = release.Signed.Text("SHA256SUMS").TrimEnd('\n').Split('\n');
        Assert.Equal(
            from file in release.Signed.Files
            where !file.Key.StartsWith("SHA256SUMS", StringComparison.Ordinal)
            select $"{Convert.ToHexStringLower(SHA256.HashData(file.Value))}  {file.Key}",
            lines);
    }

    [Fact]
    public void The_provenance_names_the_commit_what_came_from_elsewhere_and_all_that_is_published()
    {
        var statement = release.Signed.Json("provenance.intoto.json");
        Assert.Equal("https://slsa.dev/provenance/v1", (string?)statement["predicateType"]);
        var build = statement["predicate"]!["buildDefinition"]!;
        Assert.True(Uri.IsWellFormedUriString((string)build["buildType"]!, UriKind.Absolute));
        Assert.Equal(ReleaseFixture.Version, (string?)build["externalParameters"]!["version"]);
        Assert.Equal(
            [
                $"git+https://github.com/pyrepo/pyrepo gitCommit {ReleaseFixture.Source.Commit}",
                "pkg:nuget/YamlDotNet@16.3.0 sha512 ab12",
            ],
            from one in build["resolvedDependencies"]!.AsArray()
            let digest = Assert.Single(one["digest"]!.AsObject())
            select $"{one["uri"]} {digest.Key} {digest.Value}");
        Assert.Equal("dotnet 10.0.100", (string?)build["internalParameters"]!["tools"]);
        Assert.Equal("https://builder.test/", (string?)statement["predicate"]!["runDetails"]!["builder"]!["id"]);
        string[] files =
        [
            "pyrepo-operator-0.1.0.tgz", "kubectl-pyrepo-0.1.0-linux-amd64.tar.gz",
            "kubectl-pyrepo-0.1.0-linux-arm64.tar.gz",
        ];
        Assert.Equal(
            ReleaseFolder.Layouts.Select(layout => Subject($"ghcr.io/pyrepo/{layout}", release.Signed.Version(layout)))
                .Concat(files.Select(name =>
                    $"{name} {Convert.ToHexStringLower(SHA256.HashData(release.Signed.Files[name]))}")).Order(),
            statement["subject"]!.AsArray().Select(one => $"{one!["name"]} {one["digest"]!["sha256"]}").Order());
    }

    [Fact]
    public void The_images_are_listed_by_their_digests() => Assert.Equal(
        ((string[])["pyrepo", "pyrepo-operator"])
            .Select(name => $"ghcr.io/pyrepo/{name}@{release.Signed.Version(name)["digest"]}").Order(),
        release.Signed.Text("images.txt").TrimEnd('\n').Split('\n'));

    static string Subject(string name, JsonNode manifest) =>
        $"{name} {((string)manifest["digest"]!)["sha256:".Length..]}";
}
