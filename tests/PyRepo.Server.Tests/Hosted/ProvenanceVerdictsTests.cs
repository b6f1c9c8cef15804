using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>A hosted repository verifies the attestations of its files when somebody asks why.</summary>
public sealed class ProvenanceVerdictsTests : IDisposable
{
    readonly AttestedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Why_names_the_publisher_the_commit_and_the_entry_of_the_log()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        var provenance = (await _folder.WhyAsync())[file]!.Value;
        Assert.Equal("verified", provenance.GetProperty("verdict").GetString());
        var attestation = Assert.Single(provenance.GetProperty("attestations").EnumerateArray());
        Assert.Equal("GitHub acme/lib release.yml", attestation.GetProperty("publisher").GetString());
        Assert.Equal("https://github.com/acme/lib", attestation.GetProperty("repository").GetString());
        Assert.Equal(AttestedFolder.Commit, attestation.GetProperty("commit").GetString());
        Assert.Equal("refs/tags/v1", attestation.GetProperty("ref").GetString());
        Assert.Equal("rekor.test", attestation.GetProperty("log").GetString());
        Assert.Equal(JsonValueKind.Number, attestation.GetProperty("logIndex").ValueKind);
        Assert.Equal(
            new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
            attestation.GetProperty("signedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Why_names_the_step_at_which_an_attestation_is_not_proved()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync(change: request => request with { Signed = bytes => [.. bytes, 0] });
        var provenance = (await _folder.WhyAsync())[file]!.Value;
        Assert.Equal("refused", provenance.GetProperty("verdict").GetString());
        Assert.StartsWith(
            "has an attestation that is not proved (Signature): ", provenance.GetProperty("problem").GetString(),
            StringComparison.Ordinal);
        Assert.Empty(provenance.GetProperty("attestations").EnumerateArray());
    }

    [Fact]
    public async Task Files_without_attestations_are_told_from_those_with_some()
    {
        await _folder.OpenAsync();
        var (attested, bare) = (await _folder.AddAsync(), await _folder.AddUnattestedAsync("win32"));
        var why = await _folder.WhyAsync();
        Assert.Equal("verified", why[attested]!.Value.GetProperty("verdict").GetString());
        Assert.Equal("absent", why[bare]!.Value.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Why_says_nothing_of_attestations_if_the_repository_verifies_none()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        _folder.Use(null);
        Assert.Null((await _folder.WhyAsync())[file]);
        _folder.Use(_folder.Root);
        Assert.NotNull((await _folder.WhyAsync())[file]);
    }

    [Fact]
    public async Task A_changed_trusted_root_changes_the_answer()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        Assert.Equal(ProvenanceVerdict.Verified, (await _folder.ExplainAsync(file))!.Verdict);
        _folder.Use(TrustedRootSource.Public);
        Assert.Equal("refused", (await _folder.WhyAsync())[file]!.Value.GetProperty("verdict").GetString());
        _folder.Use(TrustedRootSource.Read("root", null));
        Assert.Equal(
            "has attestations that cannot be verified: The trusted root is missing: root",
            (await _folder.WhyAsync())[file]!.Value.GetProperty("problem").GetString());
        _folder.Use(_folder.Root);
        Assert.Equal("verified", (await _folder.WhyAsync())[file]!.Value.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task The_attestations_of_a_file_are_verified_once_also_after_the_configuration_is_read_again()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        var first = await _folder.ExplainAsync(file);
        Assert.Same(first, await _folder.ExplainAsync(file));
        _folder.Use(TrustedRootSource.Read("root", _folder.Sigstore.GetTrustedRoot().ToJsonString()));
        Assert.Same(first, await _folder.ExplainAsync(file));
    }

    [Fact]
    public async Task An_attestation_that_was_lost_is_noticed_and_counts_again_when_it_is_back()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        var path = await GetPathAsync(file);
        var document = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        File.Delete(path);
        var lost = await _folder.ExplainAsync(file);
        Assert.Equal(ProvenanceVerdict.Refused, lost!.Verdict);
        Assert.Contains("missing or damaged", lost.Problem, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(path, document, TestContext.Current.CancellationToken);
        Assert.Equal(ProvenanceVerdict.Verified, (await _folder.ExplainAsync(file))!.Verdict);
    }

    [Fact]
    public async Task Storage_that_fails_says_nothing_against_an_attestation()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        _folder.Folder.Store.BeforeOpen = key => throw new IOException(key);
        Assert.Equal(ProvenanceVerdict.Pending, (await _folder.ExplainAsync(file))!.Verdict);
        _folder.Folder.Store.BeforeOpen = _ => { };
        Assert.Equal(ProvenanceVerdict.Verified, (await _folder.ExplainAsync(file))!.Verdict);
    }

    [Fact]
    public async Task Only_the_files_of_the_release_are_verified()
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        await _folder.Folder.AddWheelAsync("foo", "2.0");
        var answer = await _folder.Repository.ExplainAsync(ProjectName.Parse("foo"), "2.0", default);
        var snapshot = Assert.IsType<ProjectAnswer.Known>(answer).Snapshot;
        Assert.Null(snapshot.FindVisible(file)!.Verified);
        Assert.Equal(
            [null, ProvenanceVerdict.Absent], snapshot.Files.Select(each => each.Distribution.Verified?.Verdict));
    }

    async Task<string> GetPathAsync(string fileName) => _folder.Folder.GetPath(StorageLayout.Provenance(
        (await _folder.Folder.SnapshotAsync("foo")).FindVisible(fileName)!.Location));
}
