using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Hashes;
using PyRepo.Resources.Access;
using PyRepo.Resources.Values;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Hosted;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadTests : IDisposable
{
    static readonly byte[] _wheel = WheelFile.Make("foo", "1.0");
    static readonly Caller _alice = new Caller.User("alice", FrozenSet<string>.Empty);
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_wheel_is_accepted_as_twine_sends_it()
    {
        Assert.IsType<DuplicateDecision.Add>(await SendAsync(Fields().File("content", _wheel)));
        Assert.Equal(_wheel, await _folder.ReadAsync("foo", WheelFile.GetName("foo", "1.0")));
        var file = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
        Assert.Equal(">=3.8", file.RequiresPython);
        Assert.NotNull(file.CoreMetadata);
    }

    [Fact]
    public async Task The_record_has_what_lists_and_search_will_show_so_that_it_is_never_rewritten()
    {
        await SendAsync(Fields().File("content", _wheel));
        var record = await File.ReadAllBytesAsync(_folder.GetPath("projects/foo.jsonl"));
        var added = Assert.Single(RecordLines.Read(record, out _));
        Assert.Equal(("foo", "Of foo", ">=3.8"), (added.Name, added.Summary, added.RequiresPython));
    }

    [Fact]
    public async Task The_fields_may_come_after_the_file_and_their_digests_are_compared()
    {
        var right = new FormBody().File("content", _wheel).Field("md5_digest", GetMd5(_wheel));
        Assert.IsType<DuplicateDecision.Add>(await SendAsync(Add(right)));
        Assert.Equal(GetMd5(_wheel), Assert.Single((await _folder.SnapshotAsync("foo")).Visible).Md5);
        var wrong = new FormBody().File("content", _wheel).Field("md5_digest", GetMd5([1]));
        await AssertRejectedAsync(400, "The MD5 of the file is", Add(wrong));
    }

    [Fact]
    public async Task A_wheel_whose_RECORD_is_not_about_its_files_is_rejected_and_not_stored()
    {
        var wheel = WheelFile.Make("foo", "1.0", record: "");
        await AssertRejectedAsync(
            400, "The wheel has the file foo/__init__.py, which its RECORD does not list.",
            Fields().File("content", wheel));
        Assert.False(File.Exists(_folder.GetPath("projects/foo.jsonl")));
    }

    [Fact]
    public async Task The_same_wheel_again_is_reported_as_present()
    {
        await SendAsync(Fields().File("content", _wheel));
        Assert.IsType<DuplicateDecision.Same>(await SendAsync(Fields().File("content", _wheel)));
    }

    [Fact]
    public async Task The_same_wheel_again_is_not_stored_if_the_form_has_its_hash_first()
    {
        await SendAsync(Fields().File("content", _wheel));
        // Where nothing can be staged.
        Directory.Delete(_folder.GetPath(".staging"));
        await File.WriteAllTextAsync(_folder.GetPath(".staging"), "");
        var known = Fields().Field("sha256_digest", Sha256Digest.HashData(_wheel).ToString());
        Assert.IsType<DuplicateDecision.Same>(await SendAsync(known.File("content", _wheel)));
    }

    [Fact]
    public async Task Other_bytes_than_the_hash_that_the_repository_knows_are_rejected()
    {
        await SendAsync(Fields().File("content", _wheel));
        await AssertRejectedAsync(400, "The SHA-256 of the file is", Fields()
            .Field("sha256_digest", Sha256Digest.HashData(_wheel).ToString())
            .File("content", WheelFile.Make("foo", "1.0", "other")));
    }

    [Fact]
    public async Task A_wheel_whose_stored_bytes_are_damaged_is_mended_by_the_same_wheel()
    {
        await SendAsync(Fields().File("content", _wheel));
        var stored = _folder.GetPath(Assert.Single((await _folder.SnapshotAsync("foo")).Visible).Location);
        await File.WriteAllBytesAsync(stored, new byte[10]);
        var known = Fields().Field("sha256_digest", Sha256Digest.HashData(_wheel).ToString());
        Assert.IsType<DuplicateDecision.Add>(await SendAsync(known.File("content", _wheel)));
        Assert.Equal(_wheel, await _folder.ReadAsync("foo", WheelFile.GetName("foo", "1.0")));
    }

    [Fact]
    public async Task A_wheel_with_other_content_is_rejected_before_its_bytes_are_stored_if_the_form_has_its_hash()
    {
        await SendAsync(Fields().File("content", _wheel));
        var other = WheelFile.Make("foo", "1.0", "other");
        await AssertRejectedAsync(400, "File already exists", Fields().File("content", other));
        await AssertRejectedAsync(400, "File already exists", Fields()
            .Field("sha256_digest", Sha256Digest.HashData(other).ToString()).File("content", other));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(400)]
    public async Task A_form_that_ends_in_the_middle_of_the_file_is_a_client_error(int cut)
    {
        var request = Fields().File("content", _wheel).ToRequest(cut);
        await AssertRejectedAsync(400, "cut off", () => RunAsync(GetRequest(request)));
    }

    [Fact]
    public async Task An_invalid_archive_is_rejected_and_a_wrong_digest_is_reported_first()
    {
        await AssertRejectedAsync(400, "", Fields().File("content", "nonsense"u8.ToArray()));
        await AssertRejectedAsync(400, "The SHA-256 of the file is", Fields()
            .Field("sha256_digest", new string('0', 64)).File("content", "nonsense"u8.ToArray()));
    }

    [Fact]
    public async Task A_second_file_and_a_file_in_another_field_are_rejected()
    {
        await AssertRejectedAsync(
            400, "more than one file part", Fields().File("content", _wheel).File("content", _wheel));
        await AssertRejectedAsync(400, "'name' should not be a file", Fields().File("name", _wheel));
    }

    [Fact]
    public async Task A_signature_is_skipped() => Assert.IsType<DuplicateDecision.Add>(
        await SendAsync(Fields().File("content", _wheel).File("gpg_signature", [1, 2], "foo.asc")));

    [Fact]
    public async Task A_file_above_the_limit_is_rejected() =>
        await AssertRejectedAsync(413, "larger than", Fields().File("content", new byte[20_000]));

    [Fact]
    public async Task A_project_that_no_grant_names_is_forbidden_whenever_its_name_comes()
    {
        var grants = new AccessPolicy(
            [new Grant { To = [new Subject { User = "alice" }], Role = Role.Publisher, Projects = ["bar"] }]);
        var early = Fields().File("content", _wheel).ToRequest();
        await AssertRejectedAsync(403, "'alice' may not upload", () => RunAsync(GetRequest(early), grants));
        var late = Add(new FormBody().File("content", _wheel)).ToRequest();
        await AssertRejectedAsync(403, "'alice' may not upload", () => RunAsync(GetRequest(late), grants));
    }

    [Fact]
    public async Task An_anonymous_caller_gets_401_where_only_some_projects_are_for_anyone()
    {
        var grants = new AccessPolicy(
            [new Grant { To = [new Subject { Anyone = new() }], Role = Role.Publisher, Projects = ["bar"] }]);
        var request = Fields().File("content", _wheel).ToRequest();
        await AssertRejectedAsync(401, "", () => RunAsync(GetRequest(request), grants, Caller.Anonymous));
    }

    static FormBody Fields() => Add(new FormBody());

    static FormBody Add(FormBody form) => form
        .Field(":action", "file_upload").Field("protocol_version", "1")
        .Field("name", "foo").Field("version", "1.0").Field("filetype", "bdist_wheel");

    static string GetMd5(byte[] bytes)
    {
        using var digests = new UploadDigests(md5: true, blake2b256: false);
        digests.Append(bytes);
        digests.Complete();
        return digests.Md5!;
    }

    Task<DuplicateDecision> SendAsync(FormBody form) => RunAsync(GetRequest(form.ToRequest()));

    static UploadRequest GetRequest(HttpRequest request) => new(request, Shares.Any());

    async Task<DuplicateDecision> RunAsync(UploadRequest request, AccessPolicy? access = null, Caller? caller = null)
    {
        if (_folder.Repository.UnavailableSince is not null)
            await _folder.OpenAsync();
        var served = RequestFor.Repository() with { Access = access ?? AccessPolicy.Default };
        var asked = new RequestAccess(served, caller ?? _alice, ImmutableDictionary<string, Caller>.Empty);
        await using var upload = new Upload(
            _folder.Repository, asked, [], Quantity.Parse("10k"), Shares.Any(), _folder.Clock);
        return (await upload.RunAsync(request, CancellationToken.None)).Decision;
    }

    Task AssertRejectedAsync(int status, string message, FormBody form) =>
        AssertRejectedAsync(status, message, () => SendAsync(form));

    /// <summary>Asserts that the upload is rejected with this message, and that nothing of it is stored.</summary>
    async Task AssertRejectedAsync(int status, string message, Func<Task<DuplicateDecision>> send)
    {
        if (_folder.Repository.UnavailableSince is not null)
            await _folder.OpenAsync();
        var before = await _folder.PackagesAsync();
        var rejection = await Assert.ThrowsAsync<RejectedException>(send);
        Assert.Equal(status, ErrorResponse.From(rejection).Status);
        Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _folder.PackagesAsync());
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories),
            file => file.Contains("/.staging/", StringComparison.Ordinal));
    }
}
